import { Kind, kindRange } from './key-kinds.ts'

/**
 * Every key of the journal's store, and the only place that spells one; README.md has the table. The first byte
 * names the kind, numbers are big endian, so that the order of keys is the order of what they mean.
 */

const utf8 = new TextEncoder()

export const FORMAT_KEY = textKey(Kind.meta, 'format')
export const TOTALS_KEY = textKey(Kind.meta, 'totals')
export const TAG_FIGURES_LSN_KEY = textKey(Kind.meta, 'tag-figures-lsn')

export const SEALING_KEY = textKey(Kind.meta, 'sealing')
/** The clocks and the disk as they were seen last. */
export const OBSERVED_KEY = textKey(Kind.meta, 'observed')

/** Laws, holds and requests for erasure; see `law-state.ts`. */
export const LAW_KEY = textKey(Kind.meta, 'law')
export const PROOF_START_KEY = textKey(Kind.meta, 'proof-start')

/** In the store of a backup alone; see `backup/manifest.ts`. */
export const BACKUP_KEY = textKey(Kind.meta, 'backup')

/** Size and root of the Merkle log, with every batch. */
export const PROOF_HEAD_KEY = textKey(Kind.meta, 'proof-head')

/** First byte of the keys of the Merkle log; see `shared/proof`. */
export const PROOF_PREFIX = Kind.proof

/** Behind the frame at `lsn`, `chunkLeaves` leaves of the Merkle log were chunks. */
export function proofStepKey(lsn: number, chunkLeaves: number): Uint8Array {
  const key = new Uint8Array(17)
  const view = new DataView(key.buffer)
  key[0] = Kind.proofStep
  writeLsn(view, 1, lsn)
  writeLsn(view, 9, chunkLeaves)
  return key
}
export const PROOF_STEP_KEYS = kindRange(Kind.proofStep)

export const producerKey = (name: string) => textKey(Kind.producer, name)
export const PRODUCER_KEYS = kindRange(Kind.producer)

export const tagKey = (tag: string) => textKey(Kind.tag, tag)
export const TAG_KEYS = kindRange(Kind.tag)

export const recordIdKey = (id: string) => textKey(Kind.recordId, id)
/** Of all records whose ids begin with some ASCII text. */
export function recordIdRange(prefix: string): { readonly gte: Uint8Array; readonly lt: Uint8Array } {
  const lt = recordIdKey(prefix)
  lt[lt.length - 1] = (lt.at(-1) ?? 0) + 1
  return { gte: recordIdKey(prefix), lt }
}
export const RECORD_ID_KEYS = kindRange(Kind.recordId)

export const logKey = (lsn: number) => numberKey(Kind.log, lsn)
export const LOG_KEYS = kindRange(Kind.log)

/** When frames from this log position on came; see `receipts.ts`. */
export const receiptKey = (lsn: number) => numberKey(Kind.receipt, lsn)
export const RECEIPT_KEYS = kindRange(Kind.receipt)

/** Signed heads of the Merkle log, by the leaves that they cover; see `proving/heads.ts`. */
export const headKey = (size: number) => numberKey(Kind.head, size)
export const HEAD_KEYS = kindRange(Kind.head)
/** Of what stood under another key and was damaged; see `quarantine.ts`. */
export const quarantineKey = (key: Uint8Array) => Uint8Array.of(Kind.quarantine, ...key)
export const QUARANTINE_KEYS = kindRange(Kind.quarantine)

/** The indexes that say which frames hold a tag. */
export const INDEX_KEYS = { gte: Uint8Array.of(Kind.tagIndex), lt: Uint8Array.of(Kind.producerIndex + 1) }
export const CHUNK_KEYS = kindRange(Kind.chunk)
export const ROLLUP_KEYS = kindRange(Kind.rollup)
export const REDUCTION_KEYS = kindRange(Kind.reduction)

/** Which chunk: parts of time first, so that what grows old together lies together. */
export interface ChunkPlace {
  /** See `partition.ts`. */
  readonly partition: number
  readonly tagId: number
  readonly minTimeUs: number
  /** Its leaf in the Merkle log: unique, also over time, so that a key is written once. */
  readonly chunkId: number
}

/** kind, partition, tag id, earliest time, chunk id. */
export const chunkKey = (place: ChunkPlace): Uint8Array => placeKey(Kind.chunk, place)
/** Of the rollup of a chunk; see `shared/rollup`. */
export const rollupKey = (place: ChunkPlace): Uint8Array => placeKey(Kind.rollup, place)
/** Of the rollup that is left of a chunk; its id is a leaf of its own. See `reduction/reduction.ts`. */
export const reductionKey = (place: ChunkPlace): Uint8Array => placeKey(Kind.reduction, place)

function placeKey(kind: number, { partition, tagId, minTimeUs, chunkId }: ChunkPlace): Uint8Array {
  const key = new Uint8Array(25)
  const view = new DataView(key.buffer)
  key[0] = kind
  view.setUint32(1, partition + PARTITION_OFFSET)
  view.setUint32(5, tagId)
  writeTime(view, 9, minTimeUs)
  writeLsn(view, 17, chunkId)
  return key
}

/** Of the key of a chunk, of its rollup, or of what is left of it. */
export function chunkPlaceOf(key: Uint8Array): ChunkPlace {
  const view = new DataView(key.buffer, key.byteOffset, key.length)
  return {
    partition: view.getUint32(1) - PARTITION_OFFSET,
    tagId: view.getUint32(5),
    minTimeUs: readTime(view, 9),
    chunkId: lsnOf(key),
  }
}

/** Moves the days of all times above zero: there are some 100,000 before the epoch. */
const PARTITION_OFFSET = 0x8000_0000

/** Log positions of frames with records: what the uplink follows without reading samples. */
export const recordFrameKey = (lsn: number) => numberKey(Kind.recordFrame, lsn)
export const RECORD_FRAME_KEYS = kindRange(Kind.recordFrame)

/** Log positions of frames of the audit trail; they do not stand among those with records. */
export const auditFrameKey = (lsn: number) => numberKey(Kind.auditFrame, lsn)
export const AUDIT_FRAME_KEYS = kindRange(Kind.auditFrame)

/** Frames from which records were taken: their leaf is another than that of what came. */
export const redactedKey = (lsn: number) => numberKey(Kind.redacted, lsn)
export const REDACTED_KEYS = kindRange(Kind.redacted)

/** The position in a log key, a record frame key or an index key: always the last eight bytes. */
export function lsnOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset + key.length - 8, 8)
  return view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4)
}

/** Where index entries of frames with similar time spans stand: of one tag, or of one producer's wide frames. */
export interface Lane {
  readonly of: 'tag' | 'producer'
  readonly id: number
  /** See `index/span.ts`. */
  readonly spanClass: number
}

/** kind, id, span class, earliest time, log position. */
export function indexKey(lane: Lane, minTimeUs: number, lsn: number): Uint8Array {
  const key = new Uint8Array(22)
  const view = new DataView(key.buffer)
  key[0] = lane.of === 'tag' ? Kind.tagIndex : Kind.producerIndex
  view.setUint32(1, lane.id)
  key[5] = lane.spanClass
  writeTime(view, 6, minTimeUs)
  writeLsn(view, 14, lsn)
  return key
}

export function minTimeOf(key: Uint8Array): number {
  return readTime(new DataView(key.buffer, key.byteOffset, key.length), 6)
}

/** Whether a key of the time indexes is of one tag, or of a producer's wide frames. */
export const isTagIndexKey = (key: Uint8Array): boolean => key[0] === Kind.tagIndex
/** Of the tag or the producer, in a key of the time indexes. */
export const idOf = (key: Uint8Array): number =>
  new DataView(key.buffer, key.byteOffset, key.length).getUint32(1)

/**
 * Times from -(2^53 - 1) to 2^53 - 1 as eight bytes in their order: the high part is moved above zero, and no step
 * leaves the integers that a double holds exactly.
 */
export function writeTime(view: DataView, offset: number, timeUs: number): void {
  const high = Math.floor(timeUs / 0x1_0000_0000)
  view.setUint32(offset, high + HIGH_OFFSET)
  view.setUint32(offset + 4, timeUs - high * 0x1_0000_0000)
}

export function readTime(view: DataView, offset: number): number {
  return (view.getUint32(offset) - HIGH_OFFSET) * 0x1_0000_0000 + view.getUint32(offset + 4)
}

const HIGH_OFFSET = 0x20_0000

export function lsnBytes(lsn: number): Uint8Array {
  const bytes = new Uint8Array(8)
  writeLsn(new DataView(bytes.buffer), 0, lsn)
  return bytes
}

function writeLsn(view: DataView, offset: number, lsn: number): void {
  view.setUint32(offset, Math.floor(lsn / 0x1_0000_0000))
  view.setUint32(offset + 4, lsn % 0x1_0000_0000)
}

function numberKey(kind: number, lsn: number): Uint8Array {
  const key = new Uint8Array(9)
  key[0] = kind
  writeLsn(new DataView(key.buffer), 1, lsn)
  return key
}

function textKey(kind: number, text: string): Uint8Array {
  const bytes = utf8.encode(text)
  const key = new Uint8Array(1 + bytes.length)
  key[0] = kind
  key.set(bytes, 1)
  return key
}

import { inflateRawSync } from 'node:zlib'
import { ByteReader } from '../bytes/reader.ts'
import { decodeSamples, summariseSamples } from '../frame/samples-decode.ts'
import type { Chunk, ChunkColumn, ChunkSummary, Receipt } from './chunk.ts'
import { chunkCrc } from './encode.ts'
import { ChunkError, corruptChunk } from './errors.ts'
import { FORMAT_VERSION, MAGIC, Packing, PREFIX_BYTES, RECEIPT_STEP_US, RECEIPT_STEPS_MAX } from './format.ts'
import { CHUNK_BODY_BYTES_MAX, CHUNK_SAMPLES_MAX } from './limits.ts'

/**
 * Decodes a chunk from bytes that need not be one.
 *
 * @throws ChunkError `GENBA_CHUNK_VERSION` for a later format, `GENBA_CHUNK_CORRUPT` for everything that `encodeChunk`
 *   did not write
 */
export function decodeChunk(bytes: Uint8Array): Chunk {
  const { fromLsn, toLsn, receipt, order, body } = open(bytes)
  const columns = decodeSamples(body)
  if (body.remaining > 0) throw corruptChunk(`has ${body.remaining} bytes after its end`)
  const tag = columns[0]?.tag
  if (tag === undefined) throw corruptChunk('has no samples')
  if (columns.some((column) => column.tag !== tag)) throw corruptChunk('has samples of several tags')
  const keyed = columns.map((column) => ({
    column,
    lsns: new Float64Array(column.timesUs.length).fill(fromLsn),
    indexes: new Uint32Array(column.timesUs.length),
  }))
  fillOrder(keyed, order, fromLsn)
  return { tag, fromLsn, toLsn, receipt, columns: keyed }
}

/** Checks the CRC and reads the directory; values are not touched. @throws ChunkError as `decodeChunk` */
export function inspectChunk(bytes: Uint8Array): ChunkSummary {
  const { fromLsn, toLsn, receipt, body } = open(bytes)
  const { columns, sampleCount } = summariseSamples(body)
  const tag = columns[0]?.tag
  if (tag === undefined) throw corruptChunk('has no samples')
  return {
    tag,
    fromLsn,
    toLsn,
    receipt,
    sampleCount,
    minTimeUs: Math.min(...columns.map(({ minTimeUs }) => minTimeUs)),
    maxTimeUs: Math.max(...columns.map(({ maxTimeUs }) => maxTimeUs)),
  }
}

interface Opened {
  readonly fromLsn: number
  readonly toLsn: number
  readonly receipt: Receipt
  /** Threes of steps, log positions above `fromLsn`, and indexes. */
  readonly order: readonly number[]
  readonly body: ByteReader
}

function open(bytes: Uint8Array): Opened {
  if (bytes.length < PREFIX_BYTES) throw corruptChunk(`is only ${bytes.length} bytes long`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0, true) !== MAGIC) throw corruptChunk('does not begin like one')
  const version = view.getUint8(2)
  if (version > FORMAT_VERSION) throw unknownVersion(version)
  if (version === 0) throw corruptChunk('has the format version 0')
  if (view.getUint32(4, true) !== chunkCrc(bytes)) throw corruptChunk('fails its CRC-32C')
  const reader = new ByteReader(bytes, corruptChunk, PREFIX_BYTES)
  const fromLsn = reader.varint()
  const toLsn = fromLsn + reader.varint()
  const receipt = readReceipt(reader)
  const order = readOrder(reader, toLsn - fromLsn)
  const packing = view.getUint8(3)
  if (packing === Packing.plain) return { fromLsn, toLsn, receipt, order, body: reader }
  if (packing !== Packing.deflated) throw corruptChunk(`is packed in the unknown way ${packing}`)
  return { fromLsn, toLsn, receipt, order, body: new ByteReader(inflate(reader), corruptChunk) }
}

function readReceipt(reader: ByteReader): Receipt {
  const from = reader.varint(RECEIPT_STEPS_MAX)
  const to = from + reader.varint(RECEIPT_STEPS_MAX)
  return { fromUs: from * RECEIPT_STEP_US, toUs: to * RECEIPT_STEP_US, lawRevision: reader.varint() }
}

function readOrder(reader: ByteReader, lsnsMax: number): number[] {
  const count = reader.varint(CHUNK_SAMPLES_MAX)
  const order: number[] = []
  for (let i = 0; i < count; i++) {
    order.push(reader.varint(CHUNK_SAMPLES_MAX), reader.varint(lsnsMax), reader.varint(2 ** 32 - 1))
  }
  return order
}

function inflate(reader: ByteReader): Uint8Array {
  const sizeBytes = reader.varint(CHUNK_BODY_BYTES_MAX)
  let body: Uint8Array
  try {
    body = inflateRawSync(reader.bytes(reader.remaining), { maxOutputLength: Math.max(1, sizeBytes) })
  } catch (error) {
    throw corruptChunk(`cannot be inflated: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (body.length !== sizeBytes) throw corruptChunk(`inflates to ${body.length} bytes, not to ${sizeBytes}`)
  return body
}

function fillOrder(columns: readonly ChunkColumn[], order: readonly number[], fromLsn: number): void {
  let at = 0
  let columnStart = 0
  let columnIndex = 0
  for (let i = 0; i < order.length; i += 3) {
    at += order[i] as number
    let target = columns[columnIndex]
    while (target !== undefined && at - columnStart >= target.lsns.length) {
      columnStart += target.lsns.length
      columnIndex += 1
      target = columns[columnIndex]
    }
    if (target === undefined) throw corruptChunk(`orders the sample ${at}, which is not there`)
    target.lsns[at - columnStart] = fromLsn + (order[i + 1] as number)
    target.indexes[at - columnStart] = order[i + 2] as number
  }
}

function unknownVersion(version: number): ChunkError {
  return new ChunkError('GENBA_CHUNK_VERSION', `the chunk has format version ${version}`, {
    expected: `version ${FORMAT_VERSION} or earlier`,
    received: `version ${version}`,
    mend: 'update the component that reads it',
  })
}

import { Producer } from '../../contract/producers.ts'
import { decodeFrame, type FrameInspection, inspectFrame } from '../../frame/decode.ts'
import { FrameError } from '../../frame/errors.ts'
import { leafHash } from '../../proof/merkle.ts'
import { entriesOf } from '../../store/entries.ts'
import type { StoreEntry, StoreOperation } from '../../store/store.ts'
import { indexEntriesOf } from '../index/index-entries.ts'
import {
  auditFrameKey,
  LOG_KEYS,
  logKey,
  lsnBytes,
  lsnOf,
  PROOF_STEP_KEYS,
  proofStepKey,
  recordFrameKey,
  recordIdKey,
  redactedKey,
} from '../keys.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES } from '../limits.ts'
import { identityOf } from '../record-identity.ts'
import { redactedLeaves } from '../removal/redacted.ts'
import { LeafPlaces } from '../verify/leaf-places.ts'
import type { Repair } from './parts.ts'

const PAGE = { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES }
const NO_VALUE = new Uint8Array()
const STEP_KEY_BYTES = 17

export interface FrameFigures {
  /** The newest good frame, 0 for none. */
  lastLsn: number
  /** Bytes of the frames that are not sealed. */
  unsealedBytes: number
  summaries: number
}

/** Takes every frame that is what its leaf says, and enters its records in their indexes. */
export async function copyFrames(repair: Repair, sealedLsn: number): Promise<FrameFigures> {
  const { source, target, findings, catalogue, remains } = repair
  const figures: FrameFigures = { lastLsn: 0, unsealedBytes: 0, summaries: 0 }
  const places = await LeafPlaces.read(source, remains.proofStartLsn)
  const redacted = await redactedLeaves(source)
  const steps = new Steps(remains.proofStartLsn)
  for await (const entry of entriesOf(source, LOG_KEYS, PAGE)) {
    repair.step()
    const good = await goodFrame(repair, entry, places, redacted)
    if (good === undefined) continue
    const { lsn, frame, leaf, expected } = good
    if (expected !== undefined && !steps.add(lsn, leaf, expected)) findings.rebuild('the steps of the proof')
    const operations: StoreOperation[] = [{ type: 'put', key: logKey(lsn), value: entry.value }]
    if (good.isRedacted) operations.push({ type: 'put', key: redactedKey(lsn), value: lsnBytes(leaf) })
    if (frame.body === 'records') await addRecords(repair, lsn, entry.value, operations, figures)
    await target.batch(operations, { sync: false })
    catalogue.addFrame(frame, lsn, lsn > sealedLsn)
    figures.lastLsn = Math.max(figures.lastLsn, lsn)
    if (lsn > sealedLsn) figures.unsealedBytes += entry.value.length
  }
  await writeSteps(repair, steps)
  return figures
}

interface GoodFrame {
  readonly lsn: number
  readonly frame: FrameInspection
  /** Its leaf, and the one where the steps of the proof say that it is; undefined before there were proofs. */
  readonly leaf: number
  readonly expected: number | undefined
  /** Records were taken out of it, and its leaf stands among those of chunks. */
  readonly isRedacted?: true
}

/** Undefined for one that was put aside. */
async function goodFrame(
  repair: Repair,
  { key, value }: StoreEntry,
  places: LeafPlaces,
  redacted: ReadonlyMap<number, number>,
): Promise<GoodFrame | undefined> {
  const { leaves, findings, remains } = repair
  const lsn = lsnOf(key)
  const { frame, fault } = tryInspect(value)
  const expected = places.ofFrame(lsn)
  const hash = leafHash(value)
  const isKey = key.length === logKey(0).length
  const redactedLeaf = redacted.get(lsn)
  if (isKey && frame && redactedLeaf !== undefined && leaves.is(redactedLeaf, hash)) {
    return { lsn, frame, leaf: redactedLeaf, expected: undefined, isRedacted: true }
  }
  const isExpected = expected !== undefined && leaves.is(expected, hash)
  const leaf = isExpected ? expected : leaves.find(hash)
  if (isKey && frame && leaf !== undefined && !isExpected) {
    const rightLsn = await rightLsnOf(repair, { lsn, leaf, places })
    if (rightLsn !== undefined) {
      findings.rebuild(`the key of frame ${rightLsn}`)
      return { lsn: rightLsn, frame, leaf, expected: undefined }
    }
  }
  const isPossible = leaf === undefined ? expected === undefined : lsn <= leaves.size + remains.proofStartLsn
  if (isKey && frame && isPossible) {
    return { lsn, frame, leaf: leaf ?? -1, expected }
  }
  if (isKey && frame && !leaves.areProven && expected !== undefined && expected < leaves.size) {
    leaves.restore(expected, hash)
    findings.rebuild(`the leaf of frame ${lsn}`)
    return { lsn, frame, leaf: expected, expected }
  }
  findings.lostLsns.add(lsn)
  const what = fault ?? `is not what leaf ${expected} says it was`
  await findings.quarantine(key, { where: `frame ${lsn}`, what, bytes: value })
  return undefined
}

const LSN_BITS = 53

/**
 * The position of a frame in whose key one bit is another: the one whose leaf it is, and where no frame is. Where there is
 * one, the steps of the proof are wrong, and not the key.
 */
async function rightLsnOf(
  { source, remains }: Repair,
  { lsn, leaf, places }: { readonly lsn: number; readonly leaf: number; readonly places: LeafPlaces },
): Promise<number | undefined> {
  const lastLsn = remains.totals?.frames ?? Number.POSITIVE_INFINITY
  for (let bit = 0; bit < LSN_BITS; bit += 1) {
    const weight = 2 ** bit
    const other = Math.floor(lsn / weight) % 2 === 0 ? lsn + weight : lsn - weight
    if (places.ofFrame(other) !== leaf || other > lastLsn) continue
    if ((await source.get(logKey(other))) === undefined) return other
  }
  return undefined
}

/** Time indexes can be written once all ids are known. */
export async function indexFrames({ target, catalogue }: Repair, sealedLsn: number): Promise<void> {
  for await (const { key, value } of entriesOf(target, { gt: logKey(sealedLsn), lt: LOG_KEYS.lt }, PAGE)) {
    const entries = indexEntriesOf(inspectFrame(value), lsnOf(key), catalogue)
    await target.batch(
      entries.map((entry) => ({ type: 'put', ...entry })),
      { sync: false },
    )
  }
}

async function addRecords(
  { target }: Repair,
  lsn: number,
  value: Uint8Array,
  operations: StoreOperation[],
  figures: FrameFigures,
): Promise<void> {
  const frame = decodeFrame(value)
  const isAudit = frame.header.producer === Producer.audit
  operations.push({ type: 'put', key: (isAudit ? auditFrameKey : recordFrameKey)(lsn), value: NO_VALUE })
  const identities = frame.body === 'records' ? frame.records.flatMap((text) => identityOf(text) ?? []) : []
  for (const { id, type } of new Map(identities.map((identity) => [identity.id, identity])).values()) {
    const key = recordIdKey(id)
    if ((await target.get(key)) !== undefined) continue
    operations.push({ type: 'put', key, value: lsnBytes(lsn) })
    if (type === 'summary') figures.summaries += 1
  }
}

/** How many leaves before each frame were chunks, as far as it can be seen from the frames that are there. */
class Steps {
  readonly #startLsn: number
  readonly derived: { lsn: number; chunkLeaves: number }[] = []
  #previousLsn = 0
  #chunkLeaves = 0
  isRight = true

  constructor(startLsn: number) {
    this.#startLsn = startLsn
  }

  /** @returns false when the stored steps led elsewhere */
  add(lsn: number, leaf: number, expected: number): boolean {
    const chunkLeaves = leaf - (lsn - this.#startLsn)
    if (chunkLeaves !== this.#chunkLeaves) this.derived.push({ lsn: this.#previousLsn, chunkLeaves })
    this.#chunkLeaves = chunkLeaves
    this.#previousLsn = lsn
    if (leaf === expected) return true
    this.isRight = false
    return false
  }
}

async function writeSteps({ source, target }: Repair, steps: Steps): Promise<void> {
  const keys: Uint8Array[] = []
  if (steps.isRight) {
    for await (const { key } of entriesOf(source, PROOF_STEP_KEYS, PAGE)) {
      if (key.length === STEP_KEY_BYTES) keys.push(key)
    }
  } else keys.push(...steps.derived.map(({ lsn, chunkLeaves }) => proofStepKey(lsn, chunkLeaves)))
  await target.batch(
    keys.map((key) => ({ type: 'put', key, value: NO_VALUE })),
    { sync: false },
  )
}

function tryInspect(bytes: Uint8Array): { readonly frame?: FrameInspection; readonly fault?: string } {
  try {
    decodeFrame(bytes)
    return { frame: inspectFrame(bytes) }
  } catch (error) {
    if (error instanceof FrameError) return { fault: error.message }
    throw error
  }
}

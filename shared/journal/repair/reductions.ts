import { leafHash } from '../../proof/merkle.ts'
import { RollupError } from '../../rollup/errors.ts'
import { entriesOf } from '../../store/entries.ts'
import type { StoreEntry } from '../../store/store.ts'
import { chunkPlaceOf, REDUCTION_KEYS, reductionKey } from '../keys.ts'
import { CHUNK_PAGE_BYTES, ROLLUP_PAGE_ENTRIES } from '../limits.ts'
import { decodeReduction, finestCells, type Reduction } from '../reduction/reduction.ts'
import type { Repair } from './parts.ts'

const PAGE = { maxEntries: ROLLUP_PAGE_ENTRIES, maxBytes: CHUNK_PAGE_BYTES }
const KEY_BYTES = 25

/**
 * Takes every rollup that is left of a chunk and is what its leaf says.
 * @returns the chunks that they stand for: one of them that is there came back when LevelDB was repaired
 */
export async function copyReductions(repair: Repair): Promise<ReadonlySet<number>> {
  const replaced = new Set<number>()
  for await (const entry of entriesOf(repair.source, REDUCTION_KEYS, PAGE)) {
    repair.step()
    const reduction = await copyReduction(repair, entry)
    if (reduction !== undefined) replaced.add(reduction.chunkId)
  }
  return replaced
}

/** Undefined for one that was put aside. */
async function copyReduction(
  { target, leaves, catalogue, findings }: Repair,
  { key, value }: StoreEntry,
): Promise<Reduction | undefined> {
  const aside = async (where: string, what: string) => {
    await findings.quarantine(key, { where, what, bytes: value })
    return undefined
  }
  if (key.length !== KEY_BYTES) return aside('a rollup', 'has a key that is none')
  const read = tryDecode(value)
  const hash = leafHash(value)
  const place = chunkPlaceOf(key)
  const leaf = leaves.is(place.chunkId, hash) ? place.chunkId : leaves.find(hash)
  const where = `rollup ${leaf ?? place.chunkId}`
  if (typeof read === 'string') return aside(where, read)
  // Its leaf is what proves it: a rollup has nothing else that it could be held against.
  if (leaf === undefined) return aside(where, `is not what leaf ${place.chunkId} says it was`)
  const { tag, fromUs: minTimeUs, toUs: maxTimeUs } = read
  const right = { ...place, minTimeUs, chunkId: leaf }
  if (Buffer.compare(reductionKey(right), key) !== 0) findings.rebuild(`the key of rollup ${leaf}`)
  if (!catalogue.addChunk(tag, right, { sampleCount: 0, minTimeUs, maxTimeUs }, [])) {
    return aside(where, `is of the tag ${tag}, which is not looked for there`)
  }
  await target.batch([{ type: 'put', key: reductionKey(right), value }], { sync: false })
  return read
}

function tryDecode(bytes: Uint8Array): Reduction | string {
  try {
    const reduction = decodeReduction(bytes)
    finestCells(reduction)
    return reduction
  } catch (error) {
    if (error instanceof RollupError) return error.message
    throw error
  }
}

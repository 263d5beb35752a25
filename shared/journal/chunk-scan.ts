import type { Chunk } from '../chunk/chunk.ts'
import { decodeChunk } from '../chunk/decode.ts'
import { corruptChunk } from '../chunk/errors.ts'
import type { KeyValueStore, StoreEntry } from '../store/store.ts'
import { TIME_US_MIN } from '../time/time.ts'
import { type ChunkPlace, chunkKey, chunkPlaceOf, rollupKey } from './keys.ts'
import { CHUNK_PAGE_BYTES, CHUNK_PAGE_ENTRIES, ROLLUP_PAGE_ENTRIES } from './limits.ts'
import { partitionOf } from './partition.ts'
import type { Tag } from './tag.ts'

/** A chunk, or its rollup, as the store has it. */
export interface ChunkEntry {
  readonly key: Uint8Array
  readonly minTimeUs: number
  readonly bytes: Uint8Array
}

/** Where the chunks of a tag are looked for. */
export type SealedTagPlace = Pick<Tag, 'id' | 'partitionDays' | 'partitions'>

const LAST_ID = Number.MAX_SAFE_INTEGER

/**
 * Chunks of a tag that may reach into [fromUs, toUs], ascending by their earliest time: in each partition those that
 * begin in the range, and the one before. Chunks of a tag do not overlap, so none earlier reaches further.
 */
export const scanChunks = (store: KeyValueStore, tag: SealedTagPlace, range: TimeRange) =>
  scanPlaces(store, tag, range, chunkKey, CHUNK_PAGE_ENTRIES)

/** The rollups of the same chunks: one for each, empty where the chunk has none. */
export const scanRollups = (store: KeyValueStore, tag: SealedTagPlace, range: TimeRange) =>
  scanPlaces(store, tag, range, rollupKey, ROLLUP_PAGE_ENTRIES)

/** The chunk, which must be of the tag under whose key it was found. @throws ChunkError */
export function decodeChunkOf(tag: string, bytes: Uint8Array): Chunk {
  const chunk = decodeChunk(bytes)
  if (chunk.tag === tag) return chunk
  throw corruptChunk(`holds the tag ${chunk.tag}, which is not looked for there`)
}

interface TimeRange {
  readonly fromUs: number
  readonly toUs: number
}

type KeyOfPlace = (place: ChunkPlace) => Uint8Array

async function* scanPlaces(
  store: KeyValueStore,
  tag: SealedTagPlace,
  range: TimeRange,
  keyOf: KeyOfPlace,
  maxEntries: number,
): AsyncGenerator<ChunkEntry> {
  const { partitionDays = 1 } = tag
  const first = partitionOf(range.fromUs, partitionDays)
  const last = partitionOf(range.toUs, partitionDays)
  for (const partition of tag.partitions) {
    if (partition < first || partition > last) continue
    const place = { partition, tagId: tag.id }
    const end = keyOf({ ...place, minTimeUs: range.toUs, chunkId: LAST_ID })
    let gt = await keyBeforeRange(store, place, range.fromUs, keyOf)
    for (;;) {
      const page = await store.page({ gt, lte: end }, { maxEntries, maxBytes: CHUNK_PAGE_BYTES })
      for (const entry of page) yield toChunk(entry)
      const lastEntry = page.at(-1)
      if (lastEntry === undefined) break
      gt = lastEntry.key
    }
  }
}

/** The last chunk of a tag in a partition that begins before an instant. */
export async function chunkBefore(
  store: KeyValueStore,
  place: { readonly partition: number; readonly tagId: number },
  timeUs: number,
  keyOf: KeyOfPlace = chunkKey,
): Promise<ChunkEntry | undefined> {
  const gte = keyOf({ ...place, minTimeUs: TIME_US_MIN, chunkId: 0 })
  const lt = keyOf({ ...place, minTimeUs: timeUs, chunkId: 0 })
  const [before] = await store.page({ gte, lt, reverse: true }, { maxEntries: 1, maxBytes: 1 })
  return before && toChunk(before)
}

/** The key behind which the chunk lies that may reach into the range from before it. */
async function keyBeforeRange(
  store: KeyValueStore,
  place: { readonly partition: number; readonly tagId: number },
  fromUs: number,
  keyOf: KeyOfPlace,
): Promise<Uint8Array> {
  const before = await chunkBefore(store, place, fromUs, keyOf)
  if (before === undefined) return keyOf({ ...place, minTimeUs: TIME_US_MIN, chunkId: 0 })
  const { minTimeUs, chunkId } = chunkPlaceOf(before.key)
  return keyOf({ ...place, minTimeUs, chunkId: chunkId - 1 })
}

const toChunk = ({ key, value }: StoreEntry): ChunkEntry => ({
  key,
  minTimeUs: chunkPlaceOf(key).minTimeUs,
  bytes: value,
})

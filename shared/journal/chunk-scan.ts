import type { Chunk } from '../chunk/chunk.ts'
import { decodeChunk } from '../chunk/decode.ts'
import { corruptChunk } from '../chunk/errors.ts'
import type { KeyValueStore, StoreEntry } from '../store/store.ts'
import { TIME_US_MIN } from '../time/time.ts'
import { type ChunkPlace, chunkKey, chunkPlaceOf, rollupKey } from './keys.ts'
import {
  CHUNK_PAGE_BYTES,
  CHUNK_PAGE_ENTRIES,
  ROLLUP_PAGE_ENTRIES,
  ROLLUP_PARTITIONS_AHEAD,
} from './limits.ts'
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
  scanPlaces(store, tag, range, { keyOf: chunkKey, maxEntries: CHUNK_PAGE_ENTRIES, ahead: 0 })

/** The rollups of the same chunks: one for each, empty where the chunk has none. */
export const scanRollups = (store: KeyValueStore, tag: SealedTagPlace, range: TimeRange) =>
  scanPlaces(store, tag, range, {
    keyOf: rollupKey,
    maxEntries: ROLLUP_PAGE_ENTRIES,
    ahead: ROLLUP_PARTITIONS_AHEAD,
  })

interface PartitionPlace {
  readonly partition: number
  readonly tagId: number
}

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

interface Scan {
  readonly keyOf: KeyOfPlace
  /** Of a page. */
  readonly maxEntries: number
  /** Partitions whose first page is asked for before it is wanted. */
  readonly ahead: number
}

async function* scanPlaces(
  store: KeyValueStore,
  tag: SealedTagPlace,
  range: TimeRange,
  { keyOf, maxEntries, ahead }: Scan,
): AsyncGenerator<ChunkEntry> {
  const { partitionDays = 1 } = tag
  const first = partitionOf(range.fromUs, partitionDays)
  const last = partitionOf(range.toUs, partitionDays)
  const partitions = tag.partitions.filter((partition) => partition >= first && partition <= last)
  const limits = { maxEntries, maxBytes: CHUNK_PAGE_BYTES }
  const endOf = (place: PartitionPlace) => keyOf({ ...place, minTimeUs: range.toUs, chunkId: LAST_ID })
  const placeOf = (partition: number): PartitionPlace => ({ partition, tagId: tag.id })
  const begin = async (partition: number) => {
    const place = placeOf(partition)
    // Of later partitions the range holds the beginning.
    const gt =
      partition === first
        ? await keyBeforeRange(store, place, range.fromUs, keyOf)
        : keyOf({ ...place, minTimeUs: TIME_US_MIN, chunkId: 0 })
    return store.page({ gt, lte: endOf(place) }, limits)
  }
  const begun: Promise<readonly StoreEntry[]>[] = []
  for (const [index, partition] of partitions.entries()) {
    for (const next of partitions.slice(begun.length, index + 1 + ahead)) {
      const page = begin(next)
      // Who stops reading does not come for it.
      page.catch(() => undefined)
      begun.push(page)
    }
    let page = await begun[index]
    while (page !== undefined && page.length > 0) {
      for (const entry of page) yield toChunk(entry)
      const gt = page.at(-1)?.key ?? endOf(placeOf(partition))
      page = await store.page({ gt, lte: endOf(placeOf(partition)) }, limits)
    }
  }
}

/** The last chunk of a tag in a partition that begins before an instant. */
export async function chunkBefore(
  store: KeyValueStore,
  place: PartitionPlace,
  timeUs: number,
  keyOf: KeyOfPlace = chunkKey,
): Promise<ChunkEntry | undefined> {
  const gte = keyOf({ ...place, minTimeUs: TIME_US_MIN, chunkId: 0 })
  const lt = keyOf({ ...place, minTimeUs: timeUs, chunkId: 0 })
  const [before] = await store.page({ gte, lt, reverse: true }, { maxEntries: 1, maxBytes: 1 })
  return before && toChunk(before)
}

/** Chunks of a tag in one partition that begin at a time or before, the latest first; each is read when it is asked for. */
export async function* chunksBackFrom(
  store: KeyValueStore,
  place: PartitionPlace,
  timeUs: number,
): AsyncGenerator<ChunkEntry> {
  const gte = chunkKey({ ...place, minTimeUs: TIME_US_MIN, chunkId: 0 })
  let lt = chunkKey({ ...place, minTimeUs: timeUs + 1, chunkId: 0 })
  for (;;) {
    const [entry] = await store.page({ gte, lt, reverse: true }, { maxEntries: 1, maxBytes: 1 })
    if (entry === undefined) return
    yield toChunk(entry)
    lt = entry.key
  }
}

/** The key behind which the chunk lies that may reach into the range from before it. */
async function keyBeforeRange(
  store: KeyValueStore,
  place: PartitionPlace,
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

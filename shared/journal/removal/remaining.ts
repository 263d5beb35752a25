import { inspectChunk } from '../../chunk/decode.ts'
import type { KeyValueStore, StoreEntry } from '../../store/store.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import type { DamageReport } from '../damage.ts'
import { lanesOf, scanIndex } from '../index/index-scan.ts'
import { type ChunkPlace, chunkKey, chunkPlaceOf } from '../keys.ts'
import type { SealSource } from '../seal/seal-source.ts'
import type { Tag } from '../tag.ts'
import type { Piece } from './pieces.ts'

/** What a tag has once some of its chunks are gone. */
export interface Remaining {
  readonly partitions: readonly number[]
  /** As in `Tag`: bounds of what is left, never too narrow. */
  readonly firstTimeUs: number
  readonly lastTimeUs: number
}

/** @param removed of its chunks, which count no more */
export async function remainingOf(
  source: SealSource,
  tag: Tag,
  removed: readonly Piece[],
): Promise<Remaining> {
  const ids = new Set(removed.map(({ place }) => place.chunkId))
  const touched = new Set(removed.map(({ place }) => place.partition))
  const chunkAt = (partition: number | undefined, edge: Edge) =>
    partition === undefined ? undefined : edgeChunk(source.store, { partition, tagId: tag.id }, ids, edge)
  const partitions: number[] = []
  for (const partition of tag.partitions) {
    if (!touched.has(partition) || (await chunkAt(partition, 'first'))) partitions.push(partition)
  }
  const unsealed = await firstUnsealedUs(source, tag)
  const first = await chunkAt(partitions[0], 'first')
  const last = await chunkAt(partitions.at(-1), 'last')
  return {
    partitions,
    firstTimeUs: Math.min(unsealed ?? Infinity, first ? chunkPlaceOf(first.key).minTimeUs : Infinity),
    // The last time of what is not sealed yet stands in no key: then the bound stays what it was.
    lastTimeUs: unsealed === undefined ? lastTimeOf(source.damage, tag, last) : tag.lastTimeUs,
  }
}

function lastTimeOf(damage: DamageReport, tag: Tag, last: StoreEntry | undefined): number {
  if (last === undefined) return -Infinity
  const { chunkId } = chunkPlaceOf(last.key)
  return damage.check({ chunkId }, () => inspectChunk(last.value).maxTimeUs) ?? tag.lastTimeUs
}

type Edge = 'first' | 'last'

/** The first or last chunk in a partition that is not among the removed ones. */
async function edgeChunk(
  store: KeyValueStore,
  place: Pick<ChunkPlace, 'partition' | 'tagId'>,
  removed: ReadonlySet<number>,
  edge: Edge,
): Promise<StoreEntry | undefined> {
  const reverse = edge === 'last'
  let gt = chunkKey({ ...place, minTimeUs: TIME_US_MIN, chunkId: 0 })
  let lt = chunkKey({ ...place, minTimeUs: TIME_US_MAX, chunkId: Number.MAX_SAFE_INTEGER })
  for (;;) {
    const [entry] = await store.page({ gt, lt, reverse }, { maxEntries: 1, maxBytes: 1 })
    if (entry === undefined || !removed.has(chunkPlaceOf(entry.key).chunkId)) return entry
    if (reverse) lt = entry.key
    else gt = entry.key
  }
}

/** The earliest time of frames that hold the tag and are not sealed; undefined where there is none. */
async function firstUnsealedUs({ store, state }: SealSource, tag: Tag): Promise<number | undefined> {
  const masks = new Map([...state.producers.values()].map(({ id, spanMask }) => [id, spanMask]))
  const lanes = lanesOf(tag, (id) => masks.get(id) ?? 0)
  const range = { fromUs: TIME_US_MIN, toUs: TIME_US_MAX }
  for await (const { lsn, minTimeUs } of scanIndex(store, lanes, tag.id, range)) {
    if (lsn > state.sealing.sealedLsn) return minTimeUs
  }
  return undefined
}

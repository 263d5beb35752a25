import { inspectChunk } from '../../chunk/decode.ts'
import type { KeyValueStore, StoreEntry } from '../../store/store.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import type { DamageReport } from '../damage.ts'
import { lanesOf, scanIndex } from '../index/index-scan.ts'
import { type ChunkPlace, chunkKey, chunkPlaceOf } from '../keys.ts'
import { scanReductions } from '../reduction/scan-reductions.ts'
import type { SealSource } from '../seal/seal-source.ts'
import type { Tag } from '../tag.ts'
import type { Piece } from './pieces.ts'

/** What a tag has once some of its pieces are gone. */
export interface Remaining {
  readonly partitions: readonly number[]
  /** As in `Tag`: bounds of what is left, never too narrow. */
  readonly firstTimeUs: number
  readonly lastTimeUs: number
}

/** @param removed of its pieces, which count no more */
export async function remainingOf(
  source: SealSource,
  tag: Tag,
  removed: readonly Piece[],
): Promise<Remaining> {
  const ids = new Set(removed.map(({ place }) => place.chunkId))
  const touched = new Set(removed.map(({ place }) => place.partition))
  const chunkAt = (partition: number | undefined, edge: Edge) =>
    partition === undefined ? undefined : edgeChunk(source.store, { partition, tagId: tag.id }, ids, edge)
  const reducedAt = (partition: number | undefined) => reducedBounds(source, tag, partition, ids)
  const partitions: number[] = []
  for (const partition of tag.partitions) {
    const isLeft = async () =>
      (await chunkAt(partition, 'first')) !== undefined || (await reducedAt(partition)).fromUs < Infinity
    if (!touched.has(partition) || (await isLeft())) partitions.push(partition)
  }
  const unsealed = await firstUnsealedUs(source, tag)
  const first = await chunkAt(partitions[0], 'first')
  const last = await chunkAt(partitions.at(-1), 'last')
  const firstSealedUs = first ? chunkPlaceOf(first.key).minTimeUs : Infinity
  const lastSealedUs = lastTimeOf(source.damage, tag, last)
  return {
    partitions,
    firstTimeUs: Math.min(unsealed ?? Infinity, firstSealedUs, (await reducedAt(partitions[0])).fromUs),
    // The last time of what is not sealed yet stands in no key: then the bound stays what it was.
    lastTimeUs:
      unsealed === undefined
        ? Math.max(lastSealedUs, (await reducedAt(partitions.at(-1))).toUs)
        : tag.lastTimeUs,
  }
}

/** Of what is left of chunks in a partition. */
async function reducedBounds(
  source: SealSource,
  tag: Tag,
  partition: number | undefined,
  removed: ReadonlySet<number>,
): Promise<{ readonly fromUs: number; readonly toUs: number }> {
  const bounds = { fromUs: Infinity, toUs: -Infinity }
  const partitions = partition === undefined ? [] : [partition]
  const everywhere = { fromUs: TIME_US_MIN, toUs: TIME_US_MAX }
  for await (const { place, fromUs, toUs } of scanReductions(source, { ...tag, partitions }, everywhere)) {
    if (removed.has(place.chunkId)) continue
    bounds.fromUs = Math.min(bounds.fromUs, fromUs)
    bounds.toUs = Math.max(bounds.toUs, toUs)
  }
  return bounds
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

import { entriesOf } from '../../store/entries.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { TIME_US_MIN } from '../../time/time.ts'
import type { SealedTagPlace } from '../chunk-scan.ts'
import type { DamageReport } from '../damage.ts'
import { type ChunkPlace, chunkPlaceOf, reductionKey } from '../keys.ts'
import { CHUNK_PAGE_BYTES, ROLLUP_PAGE_ENTRIES } from '../limits.ts'
import { partitionOf } from '../partition.ts'
import { decodeReduction, type Reduction } from './reduction.ts'

export interface StoredReduction extends Reduction {
  readonly place: ChunkPlace
  readonly sizeBytes: number
}

const PAGE = { maxEntries: ROLLUP_PAGE_ENTRIES, maxBytes: CHUNK_PAGE_BYTES }

/**
 * What is left of chunks of a tag that reached into [fromUs, toUs], ascending by their earliest time. They may overlap one
 * another and chunks, since late samples are sealed without them; so each partition is gone through from its beginning.
 */
export async function* scanReductions(
  { store, damage }: { readonly store: KeyValueStore; readonly damage: DamageReport },
  tag: SealedTagPlace,
  range: { readonly fromUs: number; readonly toUs: number },
): AsyncGenerator<StoredReduction> {
  const { id: tagId, partitionDays = 1 } = tag
  const first = partitionOf(range.fromUs, partitionDays)
  const last = partitionOf(range.toUs, partitionDays)
  for (const partition of tag.partitions) {
    if (partition < first || partition > last) continue
    const keyOf = (minTimeUs: number, chunkId: number) =>
      reductionKey({ partition, tagId, minTimeUs, chunkId })
    const bounds = { gte: keyOf(TIME_US_MIN, 0), lt: keyOf(range.toUs, Number.MAX_SAFE_INTEGER) }
    for await (const { key, value } of entriesOf(store, bounds, PAGE)) {
      const place = chunkPlaceOf(key)
      const reduction = damage.check({ chunkId: place.chunkId }, () => decodeReduction(value))
      if (reduction === undefined || reduction.toUs < range.fromUs) continue
      yield { ...reduction, place, sizeBytes: value.length }
    }
  }
}

import { decodeChunk } from '../../chunk/decode.ts'
import { decodeFrame } from '../../frame/decode.ts'
import type { Column } from '../../frame/frame.ts'
import { chunkKey, chunkPlaceOf } from '../keys.ts'
import { type RangeQuery, type RangeSource, readRange } from './range-reader.ts'

/** A range of time of one tag: `fromUs` inclusive, `toUs` exclusive; either may be infinite. */
export interface TagRange {
  readonly tag: string
  readonly fromUs: number
  readonly toUs: number
}

/** Samples of a tag in order, a page of one kind at once. */
export async function* columnsOf(
  source: RangeSource,
  { tag, fromUs, toUs }: TagRange,
  part?: RangeQuery['part'],
): AsyncGenerator<Column> {
  const query = { tags: [tag], fromUs: finite(fromUs), toUs: finite(toUs), cursor: '', ...(part && { part }) }
  for await (const { bytes } of readRange(source, query)) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') yield* frame.columns
  }
}

const finite = (timeUs: number): number | null => (Number.isFinite(timeUs) ? timeUs : null)

/** The columns of the chunk that a rollup belongs to; undefined when it is damaged, which is noted. */
export async function chunkColumnsOf(
  { store, damage }: RangeSource,
  rollupKey: Uint8Array,
): Promise<readonly Column[] | undefined> {
  const place = chunkPlaceOf(rollupKey)
  const bytes = await store.get(chunkKey(place))
  if (bytes === undefined) return undefined
  return damage.check({ chunkId: place.chunkId }, () =>
    decodeChunk(bytes).columns.map(({ column }) => column),
  )
}

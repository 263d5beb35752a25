import { decodeFrame } from '../frame/decode.ts'
import { createCells, type RollupCells } from '../rollup/cells.ts'
import { decodeRollup } from '../rollup/decode.ts'
import { levelFor } from '../rollup/levels.ts'
import { interleaveCells, joinCells } from '../rollup/merge.ts'
import { columnWidthUs, type Picture, POINTS_A_COLUMN, pictureOf } from '../rollup/picture.ts'
import { RESOLUTIONS_US } from '../rollup/resolution.ts'
import { rollUp } from '../rollup/roll-up.ts'
import { type ChunkEntry, decodeChunkOf, type SealedTagPlace, scanRollups } from './chunk-scan.ts'
import { chunkKey, chunkPlaceOf } from './keys.ts'
import { type RangeSource, readRange } from './range-reader.ts'

interface TagRange {
  readonly tag: string
  /** Inclusive. */
  readonly fromUs: number
  /** Exclusive. */
  readonly toUs: number
}

export interface PictureQuery extends TagRange {
  /** At least 8. */
  readonly pointsMax: number
}

/**
 * The numbers of a tag for a display: a few samples that draw the line of all of them. Chunks are taken by their rollups
 * as far as these are fine enough; what is not sealed yet, and chunks without, are read whole. Texts are not in it.
 *
 * @throws RangeError when there is no time, or there are too few points
 */
export async function readPicture(source: RangeSource, query: PictureQuery): Promise<Picture> {
  const { tag, fromUs, toUs, pointsMax } = query
  const widthUs = widthFor(query)
  // Whole columns: samples of up to one around the range belong to the picture.
  const aroundUs = columnWidthUs(widthUs, fromUs, toUs, pointsMax)
  const read = { tag, fromUs: fromUs - aroundUs, toUs: toUs + aroundUs }
  let cells: RollupCells
  let before: number
  do {
    before = await source.sealings()
    const sealed = await sealedCells(source, read, widthUs)
    const unsealed = await unsealedCells(source, read, widthUs)
    cells = interleaveCells([joinOf(sealed, widthUs), joinOf(unsealed, widthUs)], widthUs)
  } while ((await source.sealings()) !== before)
  return pictureOf(cells, fromUs, toUs, pointsMax)
}

/** Of the cells: the widest of the rollups' that is fine enough, or, for short ranges, half a column. */
function widthFor({ fromUs, toUs, pointsMax }: PictureQuery): number {
  const columnUs = ((toUs - fromUs) * POINTS_A_COLUMN) / pointsMax
  const coarsest = RESOLUTIONS_US.findLast((resolutionUs) => resolutionUs <= columnUs)
  return coarsest ?? Math.max(1, Math.floor(columnUs / 2))
}

async function sealedCells(
  source: RangeSource,
  { tag: name, ...range }: TagRange,
  widthUs: number,
): Promise<RollupCells[]> {
  const tag: SealedTagPlace | undefined = source.state().tags.get(name)
  if (tag === undefined) return []
  const lists: RollupCells[] = []
  for await (const entry of scanRollups(source.store, tag, range)) {
    const cells = rolledUp(source, entry, widthUs) ?? (await rollUpChunk(source, name, entry, widthUs))
    if (cells !== undefined) lists.push(cells)
  }
  return lists
}

/** Undefined when the chunk has no rollup, or none that is fine enough. */
function rolledUp(
  { damage }: RangeSource,
  { key, bytes }: ChunkEntry,
  widthUs: number,
): RollupCells | undefined {
  return damage.check({ chunkId: chunkPlaceOf(key).chunkId }, () => {
    const level = levelFor(bytes, widthUs)
    return level && decodeRollup(level)
  })
}

async function rollUpChunk(
  { store, damage }: RangeSource,
  tag: string,
  { key }: ChunkEntry,
  widthUs: number,
): Promise<RollupCells | undefined> {
  const place = chunkPlaceOf(key)
  const bytes = await store.get(chunkKey(place))
  if (bytes === undefined) return undefined
  return damage.check({ chunkId: place.chunkId }, () =>
    rollUp(
      decodeChunkOf(tag, bytes).columns.map(({ column }) => column),
      widthUs,
    ),
  )
}

async function unsealedCells(
  source: RangeSource,
  { tag, ...range }: TagRange,
  widthUs: number,
): Promise<RollupCells[]> {
  const lists: RollupCells[] = []
  for await (const { bytes } of readRange(source, { tags: [tag], ...range, cursor: '', part: 'unsealed' })) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') lists.push(rollUp(frame.columns, widthUs))
  }
  return lists
}

const joinOf = (lists: readonly RollupCells[], widthUs: number): RollupCells =>
  lists.length === 0 ? createCells(widthUs, 0) : joinCells(lists, widthUs)

import { createCells, type RollupCells } from '../../rollup/cells.ts'
import { interleaveCells, joinCells } from '../../rollup/merge.ts'
import { rollUp } from '../../rollup/roll-up.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import { type ChunkEntry, scanRollups } from '../chunk-scan.ts'
import { chunkPlaceOf } from '../keys.ts'
import { columnBetween } from './column-part.ts'
import { type CellQuery, cutLevel } from './level-cut.ts'
import type { RangeSource } from './range-reader.ts'
import { readAnew } from './read-anew.ts'
import { type ReducedCells, readReduced } from './reduced-cells.ts'
import { chunkColumnsOf, columnsOf } from './tag-columns.ts'

export interface RangeCells {
  /** Of everything that is known of the samples in the range. */
  readonly cells: RollupCells
  /** What is in them of samples that are gone. */
  readonly reduced: ReducedCells
}

/**
 * The numbers and booleans of a tag in a range as cells of a width. Exactly those, where samples are there: chunks are
 * taken by the coarsest of their rollups that is fine enough and has no cell across an end of the range; those without
 * one, and what is not sealed yet, are decoded. Where samples are gone: see `readReduced`.
 */
export function readCells(source: RangeSource, query: CellQuery): Promise<RangeCells> {
  const { widthUs } = query
  return readAnew(source, async () => {
    const sealed = joinOf(await sealedCells(source, query), widthUs)
    const unsealed: RollupCells[] = []
    for await (const column of columnsOf(source, query, 'unsealed')) unsealed.push(rollUp([column], widthUs))
    const reduced = await readReduced(source, query)
    return { cells: interleaveCells([reduced.cells, sealed, joinOf(unsealed, widthUs)], widthUs), reduced }
  })
}

const joinOf = (lists: readonly RollupCells[], widthUs: number): RollupCells =>
  lists.length === 0 ? createCells(widthUs, 0) : joinCells(lists, widthUs)

async function sealedCells(source: RangeSource, query: CellQuery): Promise<RollupCells[]> {
  const tag = source.state().tags.get(query.tag)
  if (tag === undefined) return []
  const range = { fromUs: Math.max(TIME_US_MIN, query.fromUs), toUs: Math.min(TIME_US_MAX, query.toUs) }
  const lists: RollupCells[] = []
  for await (const entry of scanRollups(source.store, tag, range)) {
    const cells = rolledUp(source, entry, query) ?? (await rollUpChunk(source, entry, query))
    if (cells !== undefined) lists.push(cells)
  }
  return lists
}

/** Undefined when the chunk has no rollup, or none that will do. */
const rolledUp = (
  { damage }: RangeSource,
  { key, bytes }: ChunkEntry,
  query: CellQuery,
): RollupCells | undefined =>
  damage.check({ chunkId: chunkPlaceOf(key).chunkId }, () => cutLevel(bytes, query))

async function rollUpChunk(
  source: RangeSource,
  { key }: ChunkEntry,
  { fromUs, toUs, widthUs }: CellQuery,
): Promise<RollupCells | undefined> {
  const columns = await chunkColumnsOf(source, key)
  return (
    columns &&
    rollUp(
      columns.map((column) => columnBetween(column, fromUs, toUs)),
      widthUs,
    )
  )
}

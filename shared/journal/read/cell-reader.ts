import { createCells, type RollupCells } from '../../rollup/cells.ts'
import { cutCells } from '../../rollup/cut.ts'
import { decodeRollup } from '../../rollup/decode.ts'
import { levelFor } from '../../rollup/levels.ts'
import { interleaveCells, joinCells } from '../../rollup/merge.ts'
import { rollUp } from '../../rollup/roll-up.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import { type ChunkEntry, scanRollups } from '../chunk-scan.ts'
import { chunkPlaceOf } from '../keys.ts'
import { columnBetween } from './column-part.ts'
import type { RangeSource } from './range-reader.ts'
import { readAnew } from './read-anew.ts'
import { chunkColumnsOf, columnsOf, type TagRange } from './tag-columns.ts'

export interface CellQuery extends TagRange {
  /** Whole microseconds, more than 0. */
  readonly widthUs: number
}

/**
 * Exactly the numbers and booleans of a tag in a range as cells of a width. Chunks are taken by the coarsest of their
 * rollups that is fine enough and has no cell across an end of the range; those without one, and what is not sealed
 * yet, are decoded.
 */
export function readCells(source: RangeSource, query: CellQuery): Promise<RollupCells> {
  const { widthUs } = query
  return readAnew(source, async () => {
    const sealed = joinOf(await sealedCells(source, query), widthUs)
    const unsealed: RollupCells[] = []
    for await (const column of columnsOf(source, query, 'unsealed')) unsealed.push(rollUp([column], widthUs))
    return interleaveCells([sealed, joinOf(unsealed, widthUs)], widthUs)
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
function rolledUp(
  { damage }: RangeSource,
  { key, bytes }: ChunkEntry,
  { fromUs, toUs, widthUs }: CellQuery,
): RollupCells | undefined {
  return damage.check({ chunkId: chunkPlaceOf(key).chunkId }, () => {
    let level = levelFor(bytes, widthUs)
    while (level !== undefined) {
      const cells = decodeRollup(level)
      const cut = widthUs % cells.widthUs === 0 ? cutCells(cells, fromUs, toUs) : undefined
      if (cut !== undefined) return cut
      level = levelFor(bytes, cells.widthUs - 1)
    }
    return undefined
  })
}

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

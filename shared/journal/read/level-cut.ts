import type { RollupCells } from '../../rollup/cells.ts'
import { cutCells } from '../../rollup/cut.ts'
import { decodeRollup } from '../../rollup/decode.ts'
import { levelFor } from '../../rollup/levels.ts'
import type { TagRange } from './tag-columns.ts'

export interface CellQuery extends TagRange {
  /** Whole microseconds, more than 0. */
  readonly widthUs: number
}

/**
 * The cells of the coarsest level of a rollup that makes cells of the width and has none across an end of the range.
 * Undefined where none will do.
 *
 * @throws RollupError
 */
export function cutLevel(
  rollup: Uint8Array,
  { fromUs, toUs, widthUs }: Omit<CellQuery, 'tag'>,
): RollupCells | undefined {
  let level = levelFor(rollup, widthUs)
  while (level !== undefined) {
    const cells = decodeRollup(level)
    const cut = widthUs % cells.widthUs === 0 ? cutCells(cells, fromUs, toUs) : undefined
    if (cut !== undefined) return cut
    level = levelFor(rollup, cells.widthUs - 1)
  }
  return undefined
}

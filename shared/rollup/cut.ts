import { firstFrom, partOf, type RollupCells } from './cells.ts'

/**
 * The cells of the samples in [fromUs, toUs), sharing memory; undefined where a cell has samples on both sides of an
 * end, or may have: when samples in a cell are bad their times are not known.
 */
export function cutCells(cells: RollupCells, fromUs: number, toUs: number): RollupCells | undefined {
  const from = placeOf(cells, fromUs)
  const to = placeOf(cells, toUs)
  return from === undefined || to === undefined ? undefined : partOf(cells, from, Math.max(from, to))
}

/** Index of the first cell whose samples are at or after a time. */
function placeOf(
  { startsUs, widthUs, bad, firstUs, lastUs }: RollupCells,
  timeUs: number,
): number | undefined {
  const next = firstFrom(startsUs, timeUs)
  if (next === 0 || (startsUs[next - 1] as number) + widthUs <= timeUs) return next
  if (bad[next - 1] !== 0) return undefined
  if ((firstUs[next - 1] as number) >= timeUs) return next - 1
  return (lastUs[next - 1] as number) < timeUs ? next : undefined
}

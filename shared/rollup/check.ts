import { TIME_US_MAX, TIME_US_MIN } from '../time/time.ts'
import { cellStartUs, type RollupCells } from './cells.ts'
import { corruptRollup } from './errors.ts'

/** Whether cells are such as samples make: who reads them relies on it. @throws RollupError `GENBA_ROLLUP_CORRUPT` */
export function checkCells(cells: RollupCells): void {
  const { startsUs, widthUs, count, bad } = cells
  const earliestUs = cellStartUs(TIME_US_MIN, widthUs)
  let previousUs = Number.NEGATIVE_INFINITY
  for (let at = 0; at < startsUs.length; at++) {
    const startUs = startsUs[at] as number
    const isStart = startUs > previousUs && startUs >= earliestUs && startUs <= TIME_US_MAX
    if (!isStart || cellStartUs(startUs, widthUs) !== startUs)
      throw corruptRollup(`has a cell from ${startUs} after ${previousUs}`)
    previousUs = startUs
    if (count[at] !== 0) checkGood(cells, at, startUs)
    else if (bad[at] === 0) throw corruptRollup(`has the cell of ${startUs} without samples`)
  }
}

function checkGood(cells: RollupCells, at: number, startUs: number): void {
  const firstUs = cells.firstUs[at] as number
  const lastUs = cells.lastUs[at] as number
  const areTimes =
    firstUs >= startUs &&
    lastUs < startUs + cells.widthUs &&
    isBetween(cells.minUs[at] as number, firstUs, lastUs) &&
    isBetween(cells.maxUs[at] as number, firstUs, lastUs) &&
    isBetween(firstUs, firstUs, lastUs) &&
    Number.isInteger(lastUs)
  if (!areTimes) throw corruptRollup(`has times outside of the cell of ${startUs}`)
  const min = cells.min[at] as number
  const max = cells.max[at] as number
  const first = cells.first[at] as number
  const last = cells.last[at] as number
  const areValues = min >= -Number.MAX_VALUE && max <= Number.MAX_VALUE
  const areWithin = first >= min && first <= max && last >= min && last <= max
  if (!areValues || !areWithin)
    throw corruptRollup(`has values beyond their extremes in the cell of ${startUs}`)
}

const isBetween = (timeUs: number, fromUs: number, toUs: number): boolean =>
  timeUs >= fromUs && timeUs <= toUs && Number.isInteger(timeUs)

import { sliceColumn } from '../../frame/column.ts'
import type { Column } from '../../frame/frame.ts'

/** The samples of a column that is sorted by time which lie in [fromUs, toUs), sharing memory. */
export function columnBetween(column: Column, fromUs: number, toUs: number): Column {
  const from = firstNotBefore(column.timesUs, fromUs)
  return sliceColumn(column, from, Math.max(from, firstNotBefore(column.timesUs, toUs)))
}

function firstNotBefore(timesUs: Float64Array, timeUs: number): number {
  let low = 0
  let high = timesUs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timesUs[middle] as number) < timeUs) low = middle + 1
    else high = middle
  }
  return low
}

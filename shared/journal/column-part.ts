import type { Column, ColumnValues } from '../frame/frame.ts'

/** The samples of a column that is sorted by time which lie in [fromUs, toUs), sharing memory. */
export function columnBetween(column: Column, fromUs: number, toUs: number): Column {
  const from = firstNotBefore(column.timesUs, fromUs)
  const to = Math.max(from, firstNotBefore(column.timesUs, toUs))
  return columnPart(column, from, to)
}

/** Some samples of a column by their index, sharing memory. */
export function columnPart({ tag, timesUs, quality, data }: Column, from: number, to: number): Column {
  return {
    tag,
    timesUs: timesUs.subarray(from, to),
    quality: quality.subarray(from, to),
    data: valuesPart(data, from, to),
  }
}

function valuesPart(data: ColumnValues, from: number, to: number): ColumnValues {
  if (data.kind === 'number') return { kind: data.kind, values: data.values.subarray(from, to) }
  if (data.kind === 'boolean') return { kind: data.kind, values: data.values.subarray(from, to) }
  return { kind: data.kind, values: data.values.slice(from, to) }
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

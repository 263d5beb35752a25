import { type Column, Quality } from '../frame/frame.ts'
import { cellStartUs, createCells, type RollupCells, VALUES_AND_TIMES } from './cells.ts'
import { interleaveCells } from './merge.ts'
import { countCells } from './resolution.ts'
import { settleSum } from './sum.ts'

/** A column as the one loop over samples takes it, whatever its kind. */
interface Samples {
  readonly timesUs: Float64Array
  readonly quality: Uint8Array
  readonly values: Float64Array
}

/**
 * The cells of a chunk's samples. Texts are in none. Of samples of one time in several columns, those of an earlier
 * column count as arrived earlier.
 *
 * @param columns each sorted by time, then by order of arrival
 * @param widthUs whole microseconds, more than 0
 * @throws RangeError for times that go back, or another width
 */
export function rollUp(columns: readonly Column[], widthUs: number): RollupCells {
  if (!(Number.isSafeInteger(widthUs) && widthUs > 0)) throw new RangeError(`no cells are ${widthUs} µs wide`)
  const lists: RollupCells[] = []
  for (const { timesUs, quality, data } of columns) {
    if (data.kind === 'text') continue
    checkOrder(timesUs)
    const values = data.kind === 'number' ? data.values : new Float64Array(data.values)
    lists.push(rollUpSamples({ timesUs, quality, values }, widthUs))
  }
  return lists.length === 1 ? (lists[0] as RollupCells) : interleaveCells(lists, widthUs)
}

function rollUpSamples(samples: Samples, widthUs: number): RollupCells {
  const { timesUs, quality } = samples
  // Counted first: room for as many cells as samples would be a megabyte for nothing.
  const cells = createCells(widthUs, countCells([samples], widthUs))
  let at = 0
  for (let index = 0; index < timesUs.length; ) {
    if (((quality[index] as number) & Quality.quarantined) !== 0) {
      index += 1
      continue
    }
    const startUs = cellStartUs(timesUs[index] as number, widthUs)
    cells.startsUs[at] = startUs
    index = fillCell(cells, at, samples, index)
    at += 1
  }
  return cells
}

/** Fills one cell with the samples from an index on; returns the index of the first after it. */
function fillCell(cells: RollupCells, at: number, samples: Samples, from: number): number {
  const { timesUs, quality, values } = samples
  const endUs = (cells.startsUs[at] as number) + cells.widthUs
  // One by one: taken from arrays, the engine would box each sum, and take half as long again.
  let count = 0
  let bad = 0
  let high = 0
  let low = 0
  let firstAt = -1
  let lastAt = -1
  let minAt = -1
  let maxAt = -1
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let index = from
  for (; index < timesUs.length; index++) {
    const timeUs = timesUs[index] as number
    if (timeUs >= endUs) break
    const flags = quality[index] as number
    if ((flags & Quality.quarantined) !== 0) continue
    const value = values[index] as number
    // Only a finite number less itself is zero.
    if ((flags & Quality.severityMask) >= Quality.bad || value - value !== 0) {
      bad += 1
      continue
    }
    count += 1
    if (firstAt < 0) firstAt = index
    lastAt = index
    if (value < min) {
      min = value
      minAt = index
    }
    if (value > max) {
      max = value
      maxAt = index
    }
    // Error-free (Knuth 1969): `sum` and what it leaves are exactly both.
    const sum = high + value
    const share = sum - high
    low += high - (sum - share) + (value - share)
    high = sum
  }
  cells.count[at] = count
  cells.bad[at] = bad
  if (count === 0) {
    for (const name of VALUES_AND_TIMES) cells[name][at] = Number.NaN
    return index
  }
  settleSum(cells, at, high, low)
  place(cells.first, cells.firstUs, at, samples, firstAt)
  place(cells.last, cells.lastUs, at, samples, lastAt)
  place(cells.min, cells.minUs, at, samples, minAt)
  place(cells.max, cells.maxUs, at, samples, maxAt)
  return index
}

/** Adding 0 makes a negative zero positive. */
function place(
  values: Float64Array,
  valuesUs: Float64Array,
  at: number,
  samples: Samples,
  index: number,
): void {
  values[at] = (samples.values[index] as number) + 0
  valuesUs[at] = (samples.timesUs[index] as number) + 0
}

function checkOrder(timesUs: Float64Array): void {
  for (let index = 1; index < timesUs.length; index++) {
    const timeUs = timesUs[index] as number
    if (timeUs >= (timesUs[index - 1] as number)) continue
    throw new RangeError(`the samples go back to ${timeUs}: a rollup is made of sorted ones`)
  }
}

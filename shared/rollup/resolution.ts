import { type Column, Quality } from '../frame/frame.ts'
import { cellStartUs } from './cells.ts'
import { SAMPLES_PER_CELL_MIN } from './limits.ts'

const SECOND_US = 1_000_000

/** 10 s, 1 min, 10 min, 1 h, 1 d. Each is a multiple of the one before, so that all coarsen to any later one. */
export const RESOLUTIONS_US: readonly number[] = [10, 60, 600, 3600, 86_400].map((s) => s * SECOND_US)

/**
 * The width of the cells of a chunk's rollup, microseconds: the finest with at most one cell for
 * `SAMPLES_PER_CELL_MIN` samples. Undefined when none does, so for fewer samples than that too: such a chunk has no rollup.
 *
 * @param columns sorted by time; texts and quarantined samples do not count
 */
export function resolutionOf(columns: readonly Column[]): number | undefined {
  const rolled = columns.filter(({ data }) => data.kind !== 'text')
  const samples = rolled.reduce((sum, { quality }) => sum + countTrusted(quality), 0)
  const cellsMax = Math.floor(samples / SAMPLES_PER_CELL_MIN)
  return RESOLUTIONS_US.find((widthUs) => cellsMax > 0 && countCells(rolled, widthUs, cellsMax) <= cellsMax)
}

/** How many cells have samples; when these are more than `cellsMax`, some number above it. */
export function countCells(
  columns: readonly Pick<Column, 'timesUs' | 'quality'>[],
  widthUs: number,
  cellsMax = Number.POSITIVE_INFINITY,
): number {
  const next = columns.map(({ timesUs, quality }) => nextAfter(timesUs, quality, 0, Number.NEGATIVE_INFINITY))
  let cells = 0
  while (cells <= cellsMax) {
    let earliestUs = Number.POSITIVE_INFINITY
    for (let at = 0; at < columns.length; at++) {
      const timeUs = columns[at]?.timesUs[next[at] as number] ?? Number.POSITIVE_INFINITY
      if (timeUs < earliestUs) earliestUs = timeUs
    }
    if (earliestUs === Number.POSITIVE_INFINITY) break
    cells += 1
    const endUs = cellStartUs(earliestUs, widthUs) + widthUs
    for (let at = 0; at < columns.length; at++) {
      const { timesUs, quality } = columns[at] as Pick<Column, 'timesUs' | 'quality'>
      next[at] = nextAfter(timesUs, quality, next[at] as number, endUs)
    }
  }
  return cells
}

/** The first sample from an index on that is not quarantined and not before a time. */
function nextAfter(timesUs: Float64Array, quality: Uint8Array, from: number, untilUs: number): number {
  let index = firstNotBefore(timesUs, from, untilUs)
  while (index < timesUs.length && ((quality[index] as number) & Quality.quarantined) !== 0) index += 1
  return index
}

/** In steps that double, then by halves: cells are short, and a chunk may still lie in one. */
function firstNotBefore(timesUs: Float64Array, from: number, untilUs: number): number {
  let low = from
  let step = 1
  while (low + step <= timesUs.length && (timesUs[low + step - 1] as number) < untilUs) {
    low += step
    step *= 2
  }
  let high = Math.min(timesUs.length, low + step)
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timesUs[middle] as number) < untilUs) low = middle + 1
    else high = middle
  }
  return low
}

function countTrusted(quality: Uint8Array): number {
  let count = 0
  for (let i = 0; i < quality.length; i++) {
    if (((quality[i] as number) & Quality.quarantined) === 0) count += 1
  }
  return count
}

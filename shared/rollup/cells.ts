/**
 * Numbers and booleans (as 0 and 1) in cells of one width of time, aligned to 1970; only cells with samples are there,
 * in order of time. Quarantined samples are in none. Where `count` is 0, values and times are NaN and the sum is 0.
 *
 * `sum + sumLow` is the sum: `sum` is the double nearest to it, `sumLow` what that leaves. For n samples, however they
 * were divided and merged, it is off by at most n² · 2^-102 of the sum of their magnitudes, and mostly by nothing: two
 * doubles hold sums of machine data exactly. A sum that passed the largest double on the way is NaN.
 */
export interface RollupCells {
  readonly widthUs: number
  readonly startsUs: Float64Array
  /** Finite numbers and booleans of a quality better than bad. */
  readonly count: Uint32Array
  /** Samples of bad quality, NaN and infinities. */
  readonly bad: Uint32Array
  readonly min: Float64Array
  readonly max: Float64Array
  /** Of the earliest sample; of those of one time the first in order of arrival. */
  readonly first: Float64Array
  /** Of the latest sample; of those of one time the last in order of arrival. */
  readonly last: Float64Array
  readonly firstUs: Float64Array
  readonly lastUs: Float64Array
  /** Time of the first sample that has the value. */
  readonly minUs: Float64Array
  readonly maxUs: Float64Array
  readonly sum: Float64Array
  readonly sumLow: Float64Array
}

/** Values and times of cells, in one order for what treats all alike. */
export const VALUES_AND_TIMES = [
  'min',
  'max',
  'first',
  'last',
  'firstUs',
  'lastUs',
  'minUs',
  'maxUs',
] as const

/** Eleven doubles, two counts. */
const CELL_BYTES = 11 * 8 + 2 * 4

/** In one piece of memory: to allocate each array for itself takes longer than to decode it. */
export function createCells(widthUs: number, cellCount: number): RollupCells {
  const memory = new ArrayBuffer(cellCount * CELL_BYTES)
  let offset = 0
  const doubles = (): Float64Array => {
    const array = new Float64Array(memory, offset, cellCount)
    offset += array.byteLength
    return array
  }
  return {
    widthUs,
    startsUs: doubles(),
    count: new Uint32Array(memory, cellCount * (CELL_BYTES - 8), cellCount),
    bad: new Uint32Array(memory, cellCount * (CELL_BYTES - 4), cellCount),
    min: doubles(),
    max: doubles(),
    first: doubles(),
    last: doubles(),
    firstUs: doubles(),
    lastUs: doubles(),
    minUs: doubles(),
    maxUs: doubles(),
    sum: doubles(),
    sumLow: doubles(),
  }
}

/** Each array of some cells through a function, such as one that takes a part of it. */
export function mapCells(
  cells: RollupCells,
  doubles: (array: Float64Array) => Float64Array,
  counts: (array: Uint32Array) => Uint32Array,
): RollupCells {
  return {
    widthUs: cells.widthUs,
    startsUs: doubles(cells.startsUs),
    count: counts(cells.count),
    bad: counts(cells.bad),
    min: doubles(cells.min),
    max: doubles(cells.max),
    first: doubles(cells.first),
    last: doubles(cells.last),
    firstUs: doubles(cells.firstUs),
    lastUs: doubles(cells.lastUs),
    minUs: doubles(cells.minUs),
    maxUs: doubles(cells.maxUs),
    sum: doubles(cells.sum),
    sumLow: doubles(cells.sumLow),
  }
}

/** The cells that begin in [startUs, endUs), sharing memory. */
export function cellsBetween(cells: RollupCells, startUs: number, endUs: number): RollupCells {
  return partOf(cells, firstFrom(cells.startsUs, startUs), firstFrom(cells.startsUs, endUs))
}

/** Some cells by their index, sharing memory. */
export const partOf = (cells: RollupCells, from: number, to: number): RollupCells =>
  mapCells(
    cells,
    (array) => array.subarray(from, to),
    (array) => array.subarray(from, to),
  )

/** Start of the cell that a time lies in. Exact for all times and widths: a time is a whole number below 2^53. */
export const cellStartUs = (timeUs: number, widthUs: number): number =>
  Math.floor(timeUs / widthUs) * widthUs + 0

/** Index of the first cell that begins at a time or after it. */
export function firstFrom(startsUs: Float64Array, timeUs: number): number {
  let low = 0
  let high = startsUs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((startsUs[middle] as number) < timeUs) low = middle + 1
    else high = middle
  }
  return low
}

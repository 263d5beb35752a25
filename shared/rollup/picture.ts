import { cellStartUs, cellsBetween, type RollupCells } from './cells.ts'
import { PICTURE_POINTS_MIN } from './limits.ts'

/** Samples that draw the same line as all samples would, on a display of as many columns. */
export interface Picture {
  /** The range in whole columns: it holds the one that was asked for, and samples of up to a column around it. */
  readonly startUs: number
  readonly endUs: number
  readonly columnUs: number
  /** Ascending; the samples that each column begins and ends with, and its least and largest. */
  readonly timesUs: Float64Array
  readonly values: Float64Array
}

/** First, last, least and largest. */
export const POINTS_A_COLUMN = 4

/** What a column holds so far: indexes of the cells whose sample is its first, last, least and largest. */
interface Places {
  first: number
  last: number
  min: number
  max: number
}

/**
 * The picture of [startUs, endUs), as fine as the points and the cells allow: columns of one whole number of cells,
 * aligned to 1970, so that a picture of a later range has the same columns.
 *
 * @param cells in order of time; those outside of the range may be among them
 * @param pointsMax 8 or more; four a column
 * @throws RangeError when there is no time, or there are too few points
 */
export function pictureOf(cells: RollupCells, startUs: number, endUs: number, pointsMax: number): Picture {
  if (!(endUs > startUs && Number.isFinite(endUs - startUs)) || !(pointsMax >= PICTURE_POINTS_MIN)) {
    throw new RangeError(`no picture of ${pointsMax} points from ${startUs} to ${endUs}`)
  }
  const { widthUs } = cells
  const columnUs = columnWidthUs(widthUs, startUs, endUs, pointsMax)
  const fromUs = cellStartUs(startUs, columnUs)
  const toUs = Math.ceil(endUs / columnUs) * columnUs
  const within = cellsBetween(cells, fromUs, toUs)
  const points = {
    timesUs: new Float64Array(Math.min(4 * within.startsUs.length, Math.floor(pointsMax))),
    values: new Float64Array(Math.min(4 * within.startsUs.length, Math.floor(pointsMax))),
  }
  const count = draw(within, columnUs, points.timesUs, points.values)
  return {
    startUs: fromUs,
    endUs: toUs,
    columnUs,
    timesUs: points.timesUs.subarray(0, count),
    values: points.values.subarray(0, count),
  }
}

/**
 * Of the columns of a picture of [startUs, endUs) from cells of a width: it reaches less than one of them beyond the range.
 */
export function columnWidthUs(widthUs: number, startUs: number, endUs: number, pointsMax: number): number {
  const columnsMax = Math.floor(pointsMax / POINTS_A_COLUMN)
  const cellCount = Math.ceil(endUs / widthUs) - Math.floor(startUs / widthUs)
  // A range of m columns that begins anywhere touches m + 1 of them.
  return cellCount <= columnsMax ? widthUs : Math.ceil(cellCount / (columnsMax - 1)) * widthUs
}

function draw(cells: RollupCells, columnUs: number, timesUs: Float64Array, values: Float64Array): number {
  const { startsUs, count, min, max } = cells
  const places: Places = { first: -1, last: -1, min: -1, max: -1 }
  let columnEndUs = Number.NEGATIVE_INFINITY
  let length = 0
  for (let at = 0; at < startsUs.length; at++) {
    if (count[at] === 0) continue
    const startUs = startsUs[at] as number
    if (startUs >= columnEndUs) {
      length = addPoints(cells, places, timesUs, values, length)
      columnEndUs = cellStartUs(startUs, columnUs) + columnUs
      places.first = places.min = places.max = at
    }
    places.last = at
    if ((min[at] as number) < (min[places.min] as number)) places.min = at
    if ((max[at] as number) > (max[places.max] as number)) places.max = at
  }
  return addPoints(cells, places, timesUs, values, length)
}

/** Adds up to four points in order of time, each once. */
function addPoints(
  cells: RollupCells,
  places: Places,
  timesUs: Float64Array,
  values: Float64Array,
  start: number,
): number {
  if (places.first < 0) return start
  let length = start
  const add = (timeUs: number, value: number): void => {
    if (length > start && timesUs[length - 1] === timeUs && values[length - 1] === value) return
    timesUs[length] = timeUs
    values[length] = value
    length += 1
  }
  const addMin = (): void => add(cells.minUs[places.min] as number, cells.min[places.min] as number)
  const addMax = (): void => add(cells.maxUs[places.max] as number, cells.max[places.max] as number)
  add(cells.firstUs[places.first] as number, cells.first[places.first] as number)
  if ((cells.minUs[places.min] as number) <= (cells.maxUs[places.max] as number)) {
    addMin()
    addMax()
  } else {
    addMax()
    addMin()
  }
  add(cells.lastUs[places.last] as number, cells.last[places.last] as number)
  return length
}

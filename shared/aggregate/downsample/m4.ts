/** A sample of a curve. */
export interface CurvePoint {
  readonly timeUs: number
  readonly value: number
}

/** What one column of pixels shows of a curve: a line through these four covers the same pixels as the curve. */
export interface M4Column {
  readonly first: CurvePoint
  readonly last: CurvePoint
  readonly min: CurvePoint
  readonly max: CurvePoint
}

/** A curve over [startUs, endUs) in columns of equal width; those without samples are undefined. */
export interface M4 {
  readonly startUs: number
  readonly endUs: number
  readonly columns: readonly (M4Column | undefined)[]
}

/** Wider than any display, and four points each. */
const COLUMNS_MAX = 16_384

/**
 * An empty drawing.
 *
 * @throws RangeError when there is no time or no column, or there are more columns than any display has
 */
export function createM4(startUs: number, endUs: number, columnCount: number): M4 {
  if (!(endUs > startUs) || !Number.isInteger(columnCount) || columnCount < 1 || columnCount > COLUMNS_MAX)
    throw new RangeError(`no drawing of ${columnCount} columns from ${startUs} to ${endUs}`)
  return { startUs, endUs, columns: new Array<undefined>(columnCount).fill(undefined) }
}

/**
 * Reduces samples to first, last, minimum and maximum per column (M4: Jugel, Jerzak, Hackenbroich, Markl 2014), which
 * draws a line without error. Samples come in order of arrival, those outside the drawing and those that are no
 * finite number are left out; `m4` does not change.
 */
export function addToM4(m4: M4, timesUs: Float64Array, values: Float64Array): M4 {
  const columns = [...m4.columns]
  const spanUs = m4.endUs - m4.startUs
  for (let index = 0; index < timesUs.length; index++) {
    const timeUs = timesUs[index] as number
    const value = (values[index] as number) + 0
    if (!(timeUs >= m4.startUs && timeUs < m4.endUs) || !Number.isFinite(value)) continue
    const column = columnAt(timeUs - m4.startUs, spanUs, columns.length)
    const point = { timeUs, value }
    const alone = { first: point, last: point, min: point, max: point }
    columns[column] = mergeColumns(columns[column], alone)
  }
  return { ...m4, columns }
}

/** Exact up to 2^53 as a product, a year in 250 columns: the quotient is rounded, so the lines decide. */
function columnAt(offsetUs: number, spanUs: number, columnCount: number): number {
  const scaled = offsetUs * columnCount
  const column = Math.floor(scaled / spanUs)
  if (column * spanUs > scaled) return column - 1
  return (column + 1) * spanUs <= scaled ? Math.min(columnCount - 1, column + 1) : column
}

/**
 * The drawing of all samples of both. `later` arrived later: that decides which of two samples of one time is first.
 *
 * @throws RangeError when the two differ in bounds or columns
 */
export function mergeM4(earlier: M4, later: M4): M4 {
  const isSame =
    earlier.startUs === later.startUs &&
    earlier.endUs === later.endUs &&
    earlier.columns.length === later.columns.length
  if (!isSame) throw new RangeError('drawings of other bounds or columns do not merge')
  return { ...earlier, columns: earlier.columns.map((column, at) => mergeColumns(column, later.columns[at])) }
}

function mergeColumns(earlier: M4Column | undefined, later: M4Column | undefined): M4Column | undefined {
  if (earlier === undefined || later === undefined) return earlier ?? later
  return {
    first: later.first.timeUs < earlier.first.timeUs ? later.first : earlier.first,
    last: later.last.timeUs >= earlier.last.timeUs ? later.last : earlier.last,
    min: isBefore(later.min, earlier.min, earlier.min.value - later.min.value) ? later.min : earlier.min,
    max: isBefore(later.max, earlier.max, later.max.value - earlier.max.value) ? later.max : earlier.max,
  }
}

/** Of equal extremes the earlier one counts, so that no order of arrival shows. */
const isBefore = (point: CurvePoint, other: CurvePoint, advantage: number): boolean =>
  advantage > 0 || (advantage === 0 && point.timeUs < other.timeUs)

/** The points to draw, in order of time, each once; at most four a column. */
export function pointsOfM4({ columns }: M4): CurvePoint[] {
  return columns.flatMap((column) => {
    if (column === undefined) return []
    const { first, last, min, max } = column
    const inner = [min, max].sort((left, right) => left.timeUs - right.timeUs)
    return [first, ...inner, last].filter(
      (point, at, all) =>
        at === 0 || point.timeUs !== all[at - 1]?.timeUs || point.value !== all[at - 1]?.value,
    )
  })
}

import type { TimeRange } from './series.ts'
import type { Picture } from './store.ts'

/** Whoever uses SQL gives tags numbers rather than their names in each row. A series that is read is alone in its files. */
export const TAG = 1

export function whereOf({ fromUs, toUs }: TimeRange): string {
  const from = fromUs === undefined ? '' : ` AND ts >= ${fromUs}`
  return `tag = ${TAG}${from}${toUs === undefined ? '' : ` AND ts < ${toUs}`}`
}

/** @param number the number of the span of a row */
export const spanQuery = (table: string, range: TimeRange, number: string): string =>
  `SELECT ${number} AS number, min(value), max(value) FROM ${table} WHERE ${whereOf(range)} GROUP BY 1 ORDER BY 1`

export const toPicture = (rows: readonly (readonly number[])[], spanUs: number): Picture => ({
  of: 'spans',
  spanUs,
  spans: rows.map(([number = 0, min = 0, max = 0]) => ({ number, min, max })),
})

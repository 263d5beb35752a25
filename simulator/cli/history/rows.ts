import * as z from 'zod'
import type { TagCell, TagGap, TagReduction, TagStatistics } from '../../../shared/contract/read-reply.ts'
import type { Column, SampleFrame } from '../../../shared/frame/frame.ts'
import type { TagBounds } from '../../../shared/journal/tag.ts'
import { formatDurationUs } from '../../../shared/time/duration.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { exactNumber, quoteCsv } from './format.ts'
import type { HistoryFormat } from './question.ts'

/** A value in a row: times are made before, null is nothing. */
type Cell = number | string | null | readonly string[] | object

/** One line of named values; CSV leaves nothing where there is none. */
function line(format: HistoryFormat, row: Readonly<Record<string, Cell>>): string {
  if (format === 'jsonl') return `${JSON.stringify(row)}\n`
  return `${Object.values(row).map(csvCell).join(',')}\n`
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'number' ? exactNumber(cell) : quoteCsv(String(cell))
}

export const CELLS_HEAD = 'time,tag,count,min,max,mean,first,last\n'
export const GAPS_HEAD = 'tag,from,to,seconds\n'
export const REDUCED_HEAD = 'tag,from,to,samples,resolution\n'
export const POINTS_HEAD = 'time,tag,value\n'

export const cellRow = (format: HistoryFormat, cell: TagCell): string => {
  const { startUs, widthUs, tag, count, min, max, mean, first, last } = cell
  // A row of more time than was asked for says so where rows have names; `--reduced` says it of all.
  const wider = widthUs === undefined || format === 'csv' ? {} : { seconds: widthUs / 1e6 }
  return line(format, { time: formatTimeUs(startUs), tag, count, min, max, mean, first, last, ...wider })
}

export const gapRow = (format: HistoryFormat, { tag, fromUs, toUs }: TagGap): string =>
  line(format, { tag, from: formatTimeUs(fromUs), to: formatTimeUs(toUs), seconds: (toUs - fromUs) / 1e6 })

export const reducedRow = (format: HistoryFormat, stretch: TagReduction): string => {
  const { tag, fromUs, toUs, samples, widthUs } = stretch
  const range = { from: formatTimeUs(fromUs), to: formatTimeUs(toUs) }
  return line(format, { tag, ...range, samples, resolution: formatDurationUs(widthUs) })
}

export const pointRows = (format: HistoryFormat, { columns }: SampleFrame): string =>
  columns.map((column) => pointRowsOf(format, column)).join('')

function pointRowsOf(format: HistoryFormat, { tag, timesUs, data }: Column): string {
  let rows = ''
  for (const [at, timeUs] of timesUs.entries()) {
    rows += line(format, { time: formatTimeUs(timeUs), tag, value: Number(data.values[at]) })
  }
  return rows
}

/** Always JSON: a table is made of it for people. */
export const statisticsRow = (statistics: TagStatistics): string => `${JSON.stringify(statistics)}\n`

/** What is told of a tag, for `genba tags`. */
export const TagRow = z.object({
  tag: z.string(),
  samples: z.number(),
  /** Null while there is no sample. */
  firstUs: z.number().nullable(),
  lastUs: z.number().nullable(),
  producers: z.array(z.string()),
})
export type TagRow = z.output<typeof TagRow>

export function tagRow({ tag, sampleCount, firstTimeUs, lastTimeUs, producers }: TagOf): string {
  const isEmpty = sampleCount === 0
  const row: TagRow = {
    tag,
    samples: sampleCount,
    firstUs: isEmpty ? null : firstTimeUs,
    lastUs: isEmpty ? null : lastTimeUs,
    producers: [...(producers ?? [])],
  }
  return `${JSON.stringify(row)}\n`
}

type TagOf = Omit<TagBounds, 'producers'> & { readonly producers?: readonly string[] | undefined }

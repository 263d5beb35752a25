import type { Log } from '../component/host.ts'
import { isDateOnly, isTimeOfDay } from './calendar.ts'
import { nameColumns } from './column-names.ts'
import { CsvError } from './errors.ts'
import { DELIMITERS, type Delimiter, splitFields } from './fields.ts'
import type { Head } from './head.ts'
import { type DetectedTime, detectTime, parseTime, type TimeFormat } from './time-format.ts'
import { detectKind, type Kind, parseNumber } from './values.ts'

/** How the lines of one file are to be read. A pure function of the head of the file and the configuration. */
export interface Layout {
  readonly delimiter: Delimiter
  readonly fieldCount: number
  /** Line number of the header; undefined when the file has none. */
  readonly headerLine: number | undefined
  readonly timeIndex: number
  /** A column with the time of day, where date and time stand apart. */
  readonly clockIndex: number | undefined
  readonly timeFormat: TimeFormat
  readonly columns: readonly LayoutColumn[]
}

export interface LayoutColumn {
  readonly index: number
  readonly tag: string
  readonly kind: Kind
}

export interface LayoutOptions {
  readonly path: string
  readonly tagPrefix: string
  readonly delimiter?: Delimiter | undefined
  /** Name in the header, or number of the column from 1. */
  readonly timeColumn?: string | undefined
  readonly columns?: readonly string[] | undefined
  readonly dateOrder?: 'dmy' | 'mdy' | undefined
}

/** One way to cut the lines, with the time column that it gives. */
interface Cut {
  readonly delimiter: Delimiter
  readonly fieldCount: number
  readonly rows: readonly Fields[]
  readonly time: TimeColumn
  readonly score: number
}

interface Fields {
  readonly number: number
  readonly fields: readonly string[]
}

interface TimeColumn {
  readonly index: number
  readonly detected: DetectedTime
  readonly clockIndex: number | undefined
}

/** @throws CsvError */
export function detectLayout(head: Head, options: LayoutOptions, log: Log): Layout {
  const cuts = (options.delimiter ? [options.delimiter] : DELIMITERS)
    .map((delimiter) => tryCut(head, delimiter, options))
    .filter((cut) => cut !== undefined)
  const best = cuts.reduce<Cut | undefined>(
    (before, cut) => (before && before.score >= cut.score ? before : cut),
    undefined,
  )
  if (best === undefined) throw noTime(head, options)
  if (best.time.detected.isGuess) {
    const order = best.time.detected.format
    log.warn(
      { path: options.path, order },
      'day and month cannot be told apart; set dateOrder if this is wrong',
    )
  }
  return finishLayout(best, options)
}

function tryCut(head: Head, delimiter: Delimiter, options: LayoutOptions): Cut | undefined {
  const all = head.lines.map(({ number, text }) => ({ number, fields: splitFields(text, delimiter) ?? [] }))
  const fieldCount = mostCommon(all.map(({ fields }) => fields.length).filter((count) => count > 1))
  if (fieldCount === undefined) return undefined
  const rows = all.filter(({ fields }) => fields.length === fieldCount)
  const time = findTime(rows, fieldCount, options)
  if (time === undefined) return undefined
  // First how many lines fit, then how well the times do; of two cuts that fit all, the one with more columns.
  const score = (rows.length / all.length) * time.detected.share + fieldCount / 1e6
  return { delimiter, fieldCount, rows, time, score }
}

function mostCommon(counts: readonly number[]): number | undefined {
  const tally = new Map<number, number>()
  for (const count of counts) tally.set(count, (tally.get(count) ?? 0) + 1)
  return [...tally].sort((a, b) => b[1] - a[1])[0]?.[0]
}

const TIME_NAME = /time|date|stamp|epoch|zeit|datum|^ts$|^t$/i

/** The column with most times; of equal ones a calendar before a count, then one with a name that says so, then the first. */
function findTime(
  rows: readonly Fields[],
  fieldCount: number,
  options: LayoutOptions,
): TimeColumn | undefined {
  const header = rows[0]?.fields ?? []
  const wanted = options.timeColumn
  const isWanted = (index: number) =>
    wanted === undefined || header[index] === wanted || String(index + 1) === wanted
  const candidates: { column: TimeColumn; rank: number }[] = []
  for (let index = 0; index < fieldCount; index++) {
    if (!isWanted(index)) continue
    const data = cellsOf(rows, index)
    const detected = detectTime(data, options.dateOrder)
    if (detected === undefined) continue
    const clockIndex = data.every(isDateOnly) ? findClock(rows, fieldCount) : undefined
    const isCalendar = detected.format.kind === 'calendar' ? 2 : 0
    const isNamed = TIME_NAME.test(header[index] ?? '') ? 1 : 0
    candidates.push({ column: { index, detected, clockIndex }, rank: isCalendar + isNamed })
  }
  return candidates.sort((a, b) => b.rank - a.rank)[0]?.column
}

function findClock(rows: readonly Fields[], fieldCount: number): number | undefined {
  for (let index = 0; index < fieldCount; index++) {
    const cells = cellsOf(rows, index)
    if (cells.filter(isTimeOfDay).length * 2 > cells.length) return index
  }
  return undefined
}

/** Cells of one column without the first row, which is often a header, unless there is no other. */
function cellsOf(rows: readonly Fields[], index: number): string[] {
  const data = rows.length > 1 ? rows.slice(1) : rows
  return data.map(({ fields }) => fields[index] ?? '').filter((cell) => cell !== '')
}

function finishLayout(cut: Cut, options: LayoutOptions): Layout {
  const { delimiter, fieldCount, rows, time } = cut
  const timeFormat = time.detected.format
  const header = findHeader(cut)
  const names = nameColumns(header?.fields, fieldCount, [time.index, time.clockIndex], options)
  const data = rows.filter((row) => row.number !== header?.number)
  const columns = names.map(({ index, tag }) => {
    const cells = data.map(({ fields }) => fields[index] ?? '')
    return { index, tag, kind: detectKind(cells, delimiter) }
  })
  const { index: timeIndex, clockIndex } = time
  return { delimiter, fieldCount, headerLine: header?.number, timeIndex, clockIndex, timeFormat, columns }
}

/** The last line before the first data that has no numbers: between the two there may be broken lines. */
function findHeader({ rows, time, delimiter }: Cut): Fields | undefined {
  const isTime = ({ fields }: Fields) => {
    const text = fields[time.index] ?? ''
    return parseTime(text, time.detected.format) !== undefined
  }
  const hasNumber = ({ fields }: Fields) =>
    fields.some((field) => parseNumber(field, delimiter) !== undefined)
  const firstData = rows.findIndex(isTime)
  return rows.slice(0, Math.max(0, firstData)).findLast((row) => !hasNumber(row))
}

function noTime(head: Head, { path, timeColumn, delimiter }: LayoutOptions): CsvError {
  const wanted = timeColumn === undefined ? '' : ` in column "${timeColumn}"`
  return new CsvError('GENBA_CSV_NO_TIME', 'the file has no column of times that can be read', {
    where: `${path}, line ${head.lines[0]?.number}`,
    expected: `lines such as 2026-01-31 12:00:00${delimiter ?? ','}21.5${wanted}; also dd.mm.yyyy and epoch seconds to nanoseconds`,
    received: JSON.stringify(head.lines[0]?.text.slice(0, 80)),
    mend: 'name the column by timeColumn or the delimiter by delimiter, if the file has a time',
  })
}

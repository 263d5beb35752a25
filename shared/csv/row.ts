import { isWellFormed } from '../bytes/text.ts'
import { type Delimiter, splitFields } from './fields.ts'
import type { Layout, LayoutColumn } from './layout.ts'
import { BATCH_TEXT_BYTES } from './limits.ts'
import { parseTime } from './time-format.ts'
import { parseBoolean, parseNumber } from './values.ts'

type Cell = number | string | undefined

/** One line as data: its time and one cell for each column; undefined where a cell is empty. */
export interface Row {
  readonly timeUs: number
  readonly cells: readonly Cell[]
  /** Bytes of its text values. */
  readonly textBytes: number
}

const READ_MAX = 40
const show = (text: string) => JSON.stringify(text.length > READ_MAX ? `${text.slice(0, READ_MAX)}…` : text)

/** The row of a line, or in words why there is none. A line is taken whole or not at all. */
export function readRow(line: string, layout: Layout): Row | string {
  const fields = splitFields(line, layout.delimiter)
  if (fields === undefined) return 'a quote is not closed'
  if (fields.length !== layout.fieldCount) {
    return `${fields.length} fields where ${layout.fieldCount} are expected`
  }
  const timeText = timeTextOf(fields, layout)
  const timeUs = parseTime(timeText, layout.timeFormat)
  if (timeUs === undefined) return `${show(timeText)} is no time`
  const cells: Cell[] = []
  let isEmpty = true
  let textBytes = 0
  for (const column of layout.columns) {
    const text = fields[column.index] ?? ''
    const cell = text === '' ? undefined : readCell(text, column, layout.delimiter)
    if (cell === undefined && text !== '') return `${show(text)} is no ${column.kind} for ${column.tag}`
    if (cell !== undefined) isEmpty = false
    if (typeof cell === 'string') textBytes += Buffer.byteLength(cell)
    cells.push(cell)
  }
  if (textBytes > BATCH_TEXT_BYTES) return `${textBytes} bytes of text, too many for a frame`
  return isEmpty ? 'no value' : { timeUs, cells, textBytes }
}

function timeTextOf(fields: readonly string[], { timeIndex, clockIndex }: Layout): string {
  const text = fields[timeIndex] ?? ''
  return clockIndex === undefined ? text : `${text} ${fields[clockIndex] ?? ''}`
}

function readCell(text: string, { kind }: LayoutColumn, delimiter: Delimiter): Cell {
  if (kind === 'number') return parseNumber(text, delimiter)
  if (kind === 'boolean') return parseBoolean(text)
  return isWellFormed(text) ? text : undefined
}

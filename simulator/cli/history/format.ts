import { type Column, Quality, type SampleFrame, type Severity } from '../../../shared/frame/frame.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { HistoryFormat } from './question.ts'

/** What stands before the first row. */
export const historyHeader = (format: HistoryFormat): string =>
  format === 'csv' ? 'time,tag,value,quality\n' : ''

/** The rows of a frame, one line each; values are exact: reading a number back gives the same double. */
export function formatSamples({ columns }: SampleFrame, format: HistoryFormat): string {
  return columns.map((column) => (format === 'csv' ? csvRows(column) : jsonRows(column))).join('')
}

export const SEVERITIES: readonly Severity[] = ['good', 'uncertain', 'bad']
/** Of the flags of a sample. */
export const severityOf = (quality: number): Severity => SEVERITIES[quality & Quality.severityMask] ?? 'bad'

function csvRows({ tag, timesUs, quality, data }: Column): string {
  const tagField = quoteCsv(tag)
  let rows = ''
  for (let index = 0; index < timesUs.length; index++) {
    const time = formatTimeUs(timesUs[index] ?? 0)
    const value = csvValue(data, index)
    rows += `${time},${tagField},${value},${severityOf(quality[index] ?? 0)}\n`
  }
  return rows
}

function csvValue(data: Column['data'], index: number): string {
  if (data.kind === 'number') return exactNumber(data.values[index] ?? Number.NaN)
  return data.kind === 'boolean' ? String(data.values[index] === 1) : quoteCsv(data.values[index] ?? '')
}

/** `String` forgets the sign of zero. */
export const exactNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** RFC 4180, section 2, rules 6 and 7. */
export const quoteCsv = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

function jsonRows({ tag, timesUs, quality, data }: Column): string {
  const tagText = JSON.stringify(tag)
  let rows = ''
  for (let index = 0; index < timesUs.length; index++) {
    const flags = flagsOf(quality[index] ?? 0)
    const flagText = flags.length === 0 ? '' : `,"flags":${JSON.stringify(flags)}`
    const severity = severityOf(quality[index] ?? 0)
    const time = formatTimeUs(timesUs[index] ?? 0)
    const value = jsonValue(data, index)
    rows += `{"time":"${time}","tag":${tagText},"value":${value},"quality":"${severity}"${flagText}}\n`
  }
  return rows
}

/** JSON has no word for what is not finite, so such a number is its name as text. */
function jsonValue(data: Column['data'], index: number): string {
  if (data.kind === 'text') return JSON.stringify(data.values[index] ?? '')
  if (data.kind === 'boolean') return String(data.values[index] === 1)
  const value = data.values[index] ?? Number.NaN
  return Number.isFinite(value) ? exactNumber(value) : `"${value}"`
}

function flagsOf(quality: number): string[] {
  return [
    ...((quality & Quality.gapBefore) === 0 ? [] : ['gapBefore']),
    ...((quality & Quality.quarantined) === 0 ? [] : ['quarantined']),
  ]
}

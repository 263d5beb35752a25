import type { ColumnValues } from '../frame/frame.ts'
import type { Delimiter } from './fields.ts'

export type Kind = ColumnValues['kind']

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const GROUPED = /^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/
const NOT_FINITE = new Map<string, number>([
  ['nan', Number.NaN],
  ['+nan', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['-infinity', -Infinity],
])

/**
 * The double nearest to the decimal text, as any reader of JSON or C gives it. Where the delimiter is no comma, a comma
 * is the decimal point, and points before it group thousands; a lone point stays a decimal point.
 *
 * @returns undefined when the text is no number
 */
export function parseNumber(text: string, delimiter: Delimiter): number | undefined {
  if (NUMBER.test(text)) return Number(text)
  const notFinite = NOT_FINITE.get(text.toLowerCase())
  if (notFinite !== undefined) return notFinite
  if (delimiter === ',' || !text.includes(',')) return undefined
  const plain = GROUPED.test(text) ? text.replaceAll('.', '').replace(',', '.') : text.replace(',', '.')
  return NUMBER.test(plain) ? Number(plain) : undefined
}

/** 1 and 0 for true and false in any case. */
export function parseBoolean(text: string): number | undefined {
  const lower = text.toLowerCase()
  return lower === 'true' ? 1 : lower === 'false' ? 0 : undefined
}

/**
 * The kind of most cells: one broken line must not turn a column of numbers into text. A column that is still empty
 * is taken for numbers, which most are.
 */
export function detectKind(cells: readonly string[], delimiter: Delimiter): Kind {
  const filled = cells.filter((cell) => cell !== '')
  if (filled.length === 0) return 'number'
  const numbers = filled.filter((cell) => parseNumber(cell, delimiter) !== undefined).length
  if (numbers * 2 > filled.length) return 'number'
  const booleans = filled.filter((cell) => parseBoolean(cell) !== undefined).length
  return booleans * 2 > filled.length ? 'boolean' : 'text'
}

import { boundParts } from './budget.ts'
import {
  asDecimal,
  fromDecimal,
  isInt,
  isNumber,
  readDecimal,
  type SqlNumber,
  type SqlValue,
} from './value.ts'

/** Longer texts of digits are no numbers: reading one takes time by the square of its length. */
const NUMERIC_CHARS_MAX = 1_100

const NUMERIC = /^-?\d+(\.\d+)?([eE]-?\d+)?$/

/** N of the function tables: an Int, a Decimal or a numeric string; Undefined for all else, Null too. */
export function toDecimal(value: SqlValue): SqlNumber | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return parseNumeric(value)
  return isNumber(value) ? value : undefined
}

/** A numeric string's value, exactly; Undefined for any other text. */
export function parseNumeric(text: string): SqlNumber | undefined {
  if (text.length > NUMERIC_CHARS_MAX || !NUMERIC.test(text)) return undefined
  return fromDecimal(readDecimal(text))
}

/** As `toDecimal`, then down to the next whole number. */
export function toInt(value: SqlValue): SqlNumber | undefined {
  const number = toDecimal(value)
  if (number === undefined) return undefined
  return typeof number === 'number' ? Math.floor(number) : fromDecimal(number.floor())
}

/** A Boolean, or the text of one in any case; Undefined for all else. */
export function toBoolean(value: SqlValue): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' || value.length > 5) return undefined
  const text = value.toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/** The String form, within an evaluation: Undefined for Null and Undefined, compact JSON for arrays and objects. */
export function toText(value: SqlValue): string | undefined {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return undefined
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  return isNumber(value) ? numberText(value) : toJsonText(boundParts(value))
}

/** The digits of an Int, the shortest decimal text of a Decimal: always a numeric string of the language. */
export function numberText(value: SqlNumber): string {
  if (typeof value === 'number') {
    const text = String(value)
    return text.includes('e') ? numberText(asDecimal(value)) : text
  }
  const text = value.toString()
  const isWholeDecimal = value.isInteger() && !isInt(value) && !text.includes('e')
  return isWholeDecimal && value.abs().lte(Number.MAX_SAFE_INTEGER) ? `${text}.0` : text.replace(/e\+?/, 'E')
}

/**
 * Compact JSON, numbers with all their digits. Undefined members are left out, Undefined elements become null, and
 * Undefined alone an empty text.
 */
export function toJsonText(value: SqlValue): string {
  if (value === undefined) return ''
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (isNumber(value)) return numberText(value)
  if (isList(value)) return `[${value.map((item) => toJsonText(item === undefined ? null : item)).join(',')}]`
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}:${toJsonText(item)}`)
  return `{${members.join(',')}}`
}

const isList = (value: object): value is readonly SqlValue[] => Array.isArray(value)

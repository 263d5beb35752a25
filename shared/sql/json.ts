import { JSON_DEPTH_MAX } from './limits.ts'
import {
  fromDecimal,
  isArray,
  isObject,
  readDecimal,
  type SqlObject,
  type SqlValue,
  setMember,
} from './value.ts'
import type { SqlVersion } from './version.ts'

/** Digits that a double cannot keep for certain, or an exponent that it may not reach. */
const LONG_NUMBER = /\d[\d.]{15}|\d[eE][+-]?\d{3}/
const WHOLE_DECIMAL = /\d\.0|\d[eE]/
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Reads JSON with numbers as the language has them: exact, and `10.0` a Decimal in version 2015-10-08.
 *
 * @returns undefined when the text is no JSON or is nested deeper than `JSON_DEPTH_MAX`
 */
export function parseJson(text: string, version: SqlVersion): { readonly value: SqlValue } | undefined {
  if (isTooDeep(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const isExact = !LONG_NUMBER.test(text) && (version !== '2015-10-08' || !WHOLE_DECIMAL.test(text))
    return { value: isExact ? (value as SqlValue) : parseExact(text, version) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isTooDeep(text: string): boolean {
  if (text.length <= JSON_DEPTH_MAX) return false
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index)
    if (char === QUOTE) index = endOfString(text, index)
    else if (char === OPEN_BRACKET || char === OPEN_BRACE) depth++
    else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) depth--
    if (depth > JSON_DEPTH_MAX) return true
  }
  return false
}

/** Where the string that opens at `from` closes; the end of the text when it does not. */
function endOfString(text: string, from: number): number {
  for (let index = from + 1; index < text.length; index++) {
    const char = text.charCodeAt(index)
    if (char === QUOTE) return index
    if (char === BACKSLASH) index++
  }
  return text.length
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Reads valid JSON again, with each number as a text, told from the other texts by its first letter. */
function parseExact(text: string, version: SqlVersion): SqlValue {
  const marked = text.replace(TOKENS, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  )
  return unmark(JSON.parse(marked) as SqlValue, version)
}

function unmark(value: SqlValue, version: SqlVersion): SqlValue {
  if (typeof value === 'string')
    return value.startsWith('s') ? value.slice(1) : exactNumber(value.slice(1), version)
  if (isArray(value)) return value.map((item) => unmark(item, version))
  if (!isObject(value)) return value
  const object: SqlObject = {}
  for (const [key, item] of Object.entries(value)) setMember(object, key.slice(1), unmark(item, version))
  return object
}

/** A number out of the range of the language is Undefined. */
function exactNumber(text: string, version: SqlVersion): SqlValue {
  const value = readDecimal(text)
  const isDecimal = version === '2015-10-08' && /[.eE]/.test(text)
  return isDecimal && value.isInteger() ? value : fromDecimal(value)
}

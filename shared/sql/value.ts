import { Decimal } from 'decimal.js'

/** The decimals of the language: 34 significant digits, exponents to ±999, as a private kind of decimal.js number. */
export const SqlDecimal = Decimal.clone({
  precision: 34,
  rounding: Decimal.ROUND_HALF_UP,
  maxE: 999,
  minE: -999,
  toExpNeg: -7,
  toExpPos: 34,
  defaults: true,
})
export type SqlDecimal = Decimal

/**
 * A number of the language. A JS number stands for the decimal that it prints as (its shortest form), is finite, and
 * is an Int when it is whole. A decimal.js number is used only where a JS number cannot stand for the value, with one
 * exception: in version 2015-10-08 a Decimal that happens to be whole (`10.0`) stays one, and is a decimal.js number
 * within the range of safe integers.
 */
export type SqlNumber = number | SqlDecimal

export interface SqlObject {
  [key: string]: SqlValue
}

/** A value of the language; `undefined` is its Undefined. Values are never changed in place: results share parts. */
export type SqlValue = undefined | null | boolean | string | SqlNumber | readonly SqlValue[] | SqlObject

export const isNumber = (value: SqlValue): value is SqlNumber =>
  typeof value === 'number' || value instanceof Decimal

export const isArray = (value: SqlValue): value is readonly SqlValue[] => Array.isArray(value)

export const isObject = (value: SqlValue): value is SqlObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal)

/** A member's value, Undefined when there is none or when the value is no object; never what JavaScript inherits. */
export const member = (value: SqlValue, key: string): SqlValue =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** Sets a member as data, even one named `__proto__`. For objects that are still being built. */
export function setMember(object: SqlObject, key: string, value: SqlValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  } else object[key] = value
}

/** Whether a number is an Int: whole and of at most 34 digits. */
export const isInt = (value: SqlNumber): boolean =>
  typeof value === 'number'
    ? Number.isInteger(value) && Math.abs(value) < 1e34
    : value.isInteger() && !isSafe(value) && value.e < 34

/** A whole decimal.js number that a JS number could stand for is a Decimal of version 2015-10-08. */
const isSafe = (value: SqlDecimal): boolean => value.abs().lte(Number.MAX_SAFE_INTEGER)

export const asDecimal = (value: SqlNumber): SqlDecimal =>
  typeof value === 'number' ? new SqlDecimal(value) : value

/** Of a numeric text, rounded to the digits of the language: calculations with more take time by their square. */
export const readDecimal = (text: string): SqlDecimal =>
  new SqlDecimal(text).toSignificantDigits(SqlDecimal.precision)

/** The nearest double. */
export const asDouble = (value: SqlNumber): number => (typeof value === 'number' ? value : value.toNumber())

/** Of a decimal calculation: Undefined when it has left the range or is no number. */
export function fromDecimal(value: SqlDecimal): SqlNumber | undefined {
  if (!value.isFinite()) return undefined
  const double = value.toNumber()
  return Number.isFinite(double) && value.eq(double) ? double + 0 : value
}

/** Of a calculation in doubles: Undefined when the result is not finite. */
export const fromDouble = (value: number): number | undefined =>
  Number.isFinite(value) ? value + 0 : undefined

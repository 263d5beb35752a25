import { toDecimal, toInt } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { operationOf } from '../operators/arithmetic.ts'
import { asDecimal, fromDecimal, isNumber, SqlDecimal, type SqlNumber, type SqlValue } from '../value.ts'
import { asking, pure } from './define.ts'

/** Digits of a Decimal, so places beyond cut nothing. */
const PLACES_MAX = 34

/** A function of one number: the fast way for a JS number, the exact way for a decimal.js number. */
const ofNumber = (
  name: string,
  ofDouble: (value: number) => number,
  ofDecimal: (value: SqlDecimal) => SqlNumber | undefined,
): SqlFunction =>
  pure(name, 1, ([argument]) => {
    const value = toDecimal(argument)
    if (value === undefined) return undefined
    // Plus zero: a negative number that is rounded to nothing is 0, not -0.
    return typeof value === 'number' ? ofDouble(value) + 0 : ofDecimal(value)
  })

const roundAwayFromZero = (value: number): number => (value < 0 ? -Math.round(-value) : Math.round(value))

const { ROUND_DOWN, ROUND_HALF_UP } = SqlDecimal

function trunc([argument, places]: readonly SqlValue[]): SqlValue {
  const value = toDecimal(argument)
  if (value === undefined || places === undefined || !isNumber(places)) return undefined
  const count = clampInt(places, 0, PLACES_MAX)
  if (count === undefined) return undefined
  if (typeof value === 'number') {
    if (count === 0 || Number.isInteger(value)) return Math.trunc(value) + 0
    const text = String(value)
    // A JS number is the decimal that it prints as, so the digits can be cut from its text; this is ten times as fast.
    if (!text.includes('e')) return Number(text.slice(0, text.indexOf('.') + 1 + count)) + 0
  }
  return fromDecimal(asDecimal(value).toDecimalPlaces(count, ROUND_DOWN))
}

/** A number, or the text of one, floored and held within bounds; Undefined for all else. */
export function clampInt(argument: SqlValue, min: number, max: number): number | undefined {
  const value = toInt(argument)
  if (value === undefined) return undefined
  if (typeof value === 'number') return Math.min(Math.max(value, min), max)
  return value.lt(min) ? min : value.gt(max) ? max : value.toNumber()
}

const remainder = operationOf('%', '2016-03-23')

/** Roundings, signs and remainders. Halves are rounded away from zero; a remainder has the sign of the first argument. */
export const NUMBER_FUNCTIONS: readonly SqlFunction[] = [
  ofNumber('abs', Math.abs, (value) => value.abs()),
  ofNumber('ceil', Math.ceil, (value) => fromDecimal(value.ceil())),
  ofNumber('floor', Math.floor, (value) => fromDecimal(value.floor())),
  ofNumber('round', roundAwayFromZero, (value) => fromDecimal(value.toDecimalPlaces(0, ROUND_HALF_UP))),
  ofNumber('sign', Math.sign, (value) => (value.isZero() ? 0 : value.s)),
  pure('trunc', 2, trunc),
  pure('mod', 2, ([value, by]) => remainder(value, by)),
  pure('remainder', 2, ([value, by]) => remainder(value, by)),
  pure('nanvl', 2, ([value, instead]) => (value === undefined || value === null ? instead : value)),
  asking('rand', 0, (_, { environment }) => environment.random()),
]

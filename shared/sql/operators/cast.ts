import { toBoolean, toDecimal, toInt, toText } from '../convert.ts'
import type { CastType } from '../syntax.ts'
import { asDecimal, isNumber, type SqlValue } from '../value.ts'
import type { SqlVersion } from '../version.ts'

type Cast = (value: SqlValue) => SqlValue

const CASTS: Readonly<Record<CastType, Cast>> = {
  string: toText,
  int: (value) => (typeof value === 'boolean' ? Number(value) : toInt(value)),
  decimal: (value) => (typeof value === 'boolean' ? Number(value) : toDecimal(value)),
  boolean: (value) => (isNumber(value) ? !asDecimal(value).isZero() : toBoolean(value)),
}

/** In version 2015-10-08 a whole number that is cast to a Decimal becomes one. */
function toWholeDecimal(value: SqlValue): SqlValue {
  const number = CASTS.decimal(value)
  return typeof number === 'number' && Number.isInteger(number) ? asDecimal(number) : number
}

/** `cast(value AS type)`: what has no form of the type is Undefined. */
export function castOf(type: CastType, version: SqlVersion): Cast {
  return type === 'decimal' && version === '2015-10-08' ? toWholeDecimal : CASTS[type]
}

import { toDecimal } from '../convert.ts'
import type { SqlFunction, SqlScope } from '../function.ts'
import { asDouble, fromDouble, SqlDecimal, type SqlNumber } from '../value.ts'
import { pure } from './define.ts'

/** In the first version a whole result stays a Decimal. */
const result = (value: number, { version }: SqlScope): SqlNumber | undefined =>
  version === '2015-10-08' && Number.isInteger(value) ? new SqlDecimal(value + 0) : fromDouble(value)

const ofOne = (name: string, apply: (value: number) => number): SqlFunction =>
  pure(name, 1, ([argument], scope) => {
    const value = toDecimal(argument)
    return value === undefined ? undefined : result(apply(asDouble(value)), scope)
  })

const ofTwo = (name: string, apply: (a: number, b: number) => number): SqlFunction =>
  pure(name, 2, ([first, second], scope) => {
    const a = toDecimal(first)
    const b = toDecimal(second)
    return a === undefined || b === undefined ? undefined : result(apply(asDouble(a), asDouble(b)), scope)
  })

/** Functions that calculate in IEEE doubles. What is imaginary, infinite or too large is Undefined. */
export const DOUBLE_FUNCTIONS: readonly SqlFunction[] = [
  ofTwo('power', Math.pow),
  ofOne('exp', Math.exp),
  ofOne('ln', Math.log),
  ofOne('log', Math.log10),
  ofOne('sqrt', Math.sqrt),
  ofOne('sin', Math.sin),
  ofOne('cos', Math.cos),
  ofOne('tan', Math.tan),
  ofOne('sinh', Math.sinh),
  ofOne('cosh', Math.cosh),
  ofOne('tanh', Math.tanh),
  ofOne('asin', Math.asin),
  ofOne('acos', Math.acos),
  ofOne('atan', Math.atan),
  // The first argument is y, as the guide's example has it and its prose has not.
  ofTwo('atan2', Math.atan2),
]

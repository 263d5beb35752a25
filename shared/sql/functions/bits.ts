import { toInt } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { asDecimal, fromDecimal, isInt, SqlDecimal, type SqlNumber, type SqlValue } from '../value.ts'
import { pure } from './define.ts'

/** A floored operand that is an Int: a number of more digits has no bits to speak of. */
function operand(argument: SqlValue): SqlNumber | undefined {
  const value = toInt(argument)
  if (value === undefined || typeof value === 'number') {
    return value !== undefined && isInt(value) ? value : undefined
  }
  return value.e < 34 ? value : undefined
}

const asBits = (value: SqlNumber): bigint => BigInt(asDecimal(value).toFixed(0))

const fromBits = (bits: bigint): SqlNumber | undefined =>
  bits >= -INT_MAX && bits <= INT_MAX ? fromDecimal(new SqlDecimal(bits.toString())) : undefined

const INT_MAX = 10n ** 34n - 1n

/** 32 bits are what JavaScript's own operators work on, as two's complement. */
const isShort = (value: SqlNumber): value is number => typeof value === 'number' && value === (value | 0)

const ofTwo = (
  name: string,
  short: (a: number, b: number) => number,
  long: (a: bigint, b: bigint) => bigint,
): SqlFunction =>
  pure(name, 2, ([left, right]) => {
    const a = operand(left)
    const b = operand(right)
    if (a === undefined || b === undefined) return undefined
    return isShort(a) && isShort(b) ? short(a, b) : fromBits(long(asBits(a), asBits(b)))
  })

/** Bits of Ints as two's complement of unlimited width: bitnot(13) is -14. */
export const BIT_FUNCTIONS: readonly SqlFunction[] = [
  ofTwo(
    'bitand',
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  ofTwo(
    'bitor',
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  ofTwo(
    'bitxor',
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  pure('bitnot', 1, ([argument]) => {
    const value = operand(argument)
    return value === undefined ? undefined : isShort(value) ? ~value : fromBits(~asBits(value))
  }),
]

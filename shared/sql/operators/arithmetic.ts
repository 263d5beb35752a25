import { bounded } from '../budget.ts'
import { toDecimal, toText } from '../convert.ts'
import type { ArithmeticOperator } from '../syntax.ts'
import { asDecimal, fromDecimal, isInt, isNumber, type SqlDecimal, type SqlValue } from '../value.ts'
import type { SqlVersion } from '../version.ts'

export type Operation = (left: SqlValue, right: SqlValue) => SqlValue

/**
 * Doubles calculate as decimals do where both operands are whole numbers that a double holds, or whole numbers of
 * millionths (thousandths for products and quotients) below 1e15: the scaled calculation is exact, and dividing it by
 * a power of ten that a double holds gives the double nearest to the decimal result. That has at most 15 digits, so
 * it is what the double prints as.
 */
const SCALED_END = 1e15
const MILLION = 1e6
const THOUSAND = 1e3

/** The number of millionths, NaN when it is not a whole number of them. */
function millionths(value: number): number {
  const scaled = Math.round(value * MILLION)
  return scaled / MILLION === value && Math.abs(scaled) < SCALED_END ? scaled : Number.NaN
}

function thousandths(value: number): number {
  const scaled = Math.round(value * THOUSAND)
  return scaled / THOUSAND === value && Math.abs(scaled) < SCALED_END ? scaled : Number.NaN
}

function add(left: SqlValue, right: SqlValue): SqlValue {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return sum
    const scaled = millionths(left) + millionths(right)
    if (Math.abs(scaled) < SCALED_END) return scaled / MILLION + 0
  }
  if (typeof left === 'string' || typeof right === 'string') return concatenate(left, right)
  return calculate('+', left, right)
}

function concatenate(left: SqlValue, right: SqlValue): SqlValue {
  const [start, end] = [toText(left), toText(right)]
  return start === undefined || end === undefined ? undefined : bounded(start + end)
}

function subtract(left: SqlValue, right: SqlValue): SqlValue {
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(difference)) {
      return difference
    }
    const scaled = millionths(left) - millionths(right)
    if (Math.abs(scaled) < SCALED_END) return scaled / MILLION + 0
  }
  return calculate('-', left, right)
}

function multiply(left: SqlValue, right: SqlValue): SqlValue {
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(product)) {
      return product + 0
    }
    const scaled = thousandths(left) * thousandths(right)
    if (Math.abs(scaled) < SCALED_END) return scaled / MILLION + 0
    const wide = Number.isSafeInteger(left) ? left * millionths(right) : millionths(left) * right
    if (Math.abs(wide) < SCALED_END && (Number.isSafeInteger(left) || Number.isSafeInteger(right))) {
      return wide / MILLION + 0
    }
  }
  return calculate('*', left, right)
}

/** Two Ints give an Int, cut towards zero. By zero there is no quotient. */
function divide(left: SqlValue, right: SqlValue): SqlValue {
  if (typeof left === 'number' && typeof right === 'number' && right !== 0) {
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return (left - (left % right)) / right + 0
    const quotient = Math.round((left / right) * MILLION)
    const product = quotient * thousandths(right)
    if (product === thousandths(left) * MILLION && Number.isSafeInteger(product)) {
      if (Math.abs(quotient) < SCALED_END) return quotient / MILLION + 0
    }
  }
  return calculate('/', left, right)
}

/** Divides what is known to be Ints, or not: whole numbers may be Decimals by how they came about. */
export function divideAs(left: SqlValue, right: SqlValue, areInts: boolean): SqlValue {
  const isCut = !areInts && typeof left === 'number' && typeof right === 'number' && left % right !== 0
  if (!isCut || !Number.isSafeInteger(left) || !Number.isSafeInteger(right)) return divide(left, right)
  const quotient = (left / right) * MILLION
  const isExact = quotient * right === left * MILLION && Number.isSafeInteger(left * MILLION)
  if (isExact && Number.isSafeInteger(quotient) && Math.abs(quotient) < SCALED_END) {
    return quotient / MILLION
  }
  return fromDecimal(asDecimal(left).dividedBy(right))
}

/** With the sign of the dividend. */
function remainder(left: SqlValue, right: SqlValue): SqlValue {
  if (typeof left === 'number' && typeof right === 'number' && right !== 0) {
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return (left % right) + 0
    const scaled = millionths(left) % millionths(right)
    if (!Number.isNaN(scaled)) return scaled / MILLION + 0
  }
  return calculate('%', left, right)
}

function calculate(operator: ArithmeticOperator, left: SqlValue, right: SqlValue): SqlValue {
  const [one, other] = [toDecimal(left), toDecimal(right)]
  if (one === undefined || other === undefined) return undefined
  const isWhole = operator === '/' && isIntValue(left) && isIntValue(right)
  return fromDecimal(decimals(operator, asDecimal(one), asDecimal(other), isWhole))
}

/** Whether a value is an Int. A numeric string counts as a Decimal, whatever it says. */
export const isIntValue = (value: SqlValue): boolean =>
  typeof value === 'number' ? Number.isInteger(value) && isInt(value) : isNumber(value) && isInt(value)

function decimals(
  operator: ArithmeticOperator,
  left: SqlDecimal,
  right: SqlDecimal,
  isWhole: boolean,
): SqlDecimal {
  switch (operator) {
    case '+':
      return left.plus(right)
    case '-':
      return left.minus(right)
    case '*':
      return left.times(right)
    case '/':
      return isWhole ? left.dividedToIntegerBy(right) : left.dividedBy(right)
    case '%':
      return left.modulo(right)
  }
}

const OPERATIONS: Readonly<Record<ArithmeticOperator, Operation>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
}

/** In version 2015-10-08 a Decimal operand makes a Decimal, even of a whole number. */
function ofFirstVersion(operator: ArithmeticOperator): Operation {
  const operation = OPERATIONS[operator]
  return (left, right) => {
    const isText = operator === '+' && (typeof left === 'string' || typeof right === 'string')
    if (isText || (isIntValue(left) && isIntValue(right))) return operation(left, right)
    const [one, other] = [toDecimal(left), toDecimal(right)]
    if (one === undefined || other === undefined) return undefined
    const result = decimals(operator, asDecimal(one), asDecimal(other), false)
    return result.isInteger() ? result : fromDecimal(result)
  }
}

export function operationOf(operator: ArithmeticOperator, version: SqlVersion): Operation {
  return version === '2015-10-08' ? ofFirstVersion(operator) : OPERATIONS[operator]
}

/** Unary minus. */
export function negate(value: SqlValue): SqlValue {
  if (typeof value === 'number') return 0 - value
  const number = toDecimal(value)
  if (number === undefined) return undefined
  const negated = asDecimal(number).negated()
  // A whole Decimal of version 2015-10-08 stays one.
  return typeof value === 'string' || typeof number === 'number' ? fromDecimal(negated) : negated
}

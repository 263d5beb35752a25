import { spend, spendText } from '../budget.ts'
import { toDecimal } from '../convert.ts'
import { asDecimal, isArray, isNumber, type SqlObject, type SqlValue } from '../value.ts'

/** Below 0, 0 or above 0 as the left number is less, equal or greater; undefined unless both are numbers. */
function order(left: SqlValue, right: SqlValue): number | undefined {
  const [one, other] = [toDecimal(left), toDecimal(right)]
  if (one === undefined || other === undefined) return undefined
  // Doubles order as the decimals they print as do.
  if (typeof one === 'number' && typeof other === 'number') return one < other ? -1 : one > other ? 1 : 0
  return asDecimal(one).comparedTo(asDecimal(other))
}

export function less(left: SqlValue, right: SqlValue): boolean | undefined {
  const found = order(left, right)
  return found === undefined ? undefined : found < 0
}

export function lessOrEqual(left: SqlValue, right: SqlValue): boolean | undefined {
  const found = order(left, right)
  return found === undefined ? undefined : found <= 0
}

/** `=`: Undefined when a side is; values of different types are not equal, but an Int and a Decimal may be. */
export function equal(left: SqlValue, right: SqlValue): boolean | undefined {
  return left === undefined || right === undefined ? undefined : isEqual(left, right)
}

export function notEqual(left: SqlValue, right: SqlValue): boolean | undefined {
  return left === undefined || right === undefined ? undefined : !isEqual(left, right)
}

/** Arrays item by item, objects member by member in any order. */
function isEqual(left: SqlValue, right: SqlValue): boolean {
  if (typeof left === 'string') spendText(left)
  if (left === right) return true
  if (typeof left === 'number' && typeof right === 'number') return false
  if (isNumber(left)) return isNumber(right) && asDecimal(left).eq(asDecimal(right))
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false
  if (isArray(left)) return isArray(right) && isEqualArray(left, right)
  return !isArray(right) && !isNumber(right) && isEqualObject(left, right)
}

function isEqualArray(left: readonly SqlValue[], right: readonly SqlValue[]): boolean {
  if (left.length !== right.length) return false
  spend(left.length)
  return left.every((item, index) => isEqual(item, right[index]))
}

function isEqualObject(left: SqlObject, right: SqlObject): boolean {
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  spend(keys.length)
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]))
}

/** `IN`: whether an element equals the value; Undefined when the right side is no Array. */
export function isIn(value: SqlValue, list: SqlValue): boolean | undefined {
  if (!isArray(list)) return undefined
  spend(list.length)
  return list.some((item) => isEqual(value, item))
}

import { toBoolean } from '../convert.ts'
import type { SqlValue } from '../value.ts'

/** Undefined when a side is neither a Boolean nor the text of one: there is no short way. */
export function and(left: SqlValue, right: SqlValue): boolean | undefined {
  const [one, other] = [toBoolean(left), toBoolean(right)]
  return one === undefined || other === undefined ? undefined : one && other
}

export function or(left: SqlValue, right: SqlValue): boolean | undefined {
  const [one, other] = [toBoolean(left), toBoolean(right)]
  return one === undefined || other === undefined ? undefined : one || other
}

export function not(operand: SqlValue): boolean | undefined {
  const value = toBoolean(operand)
  return value === undefined ? undefined : !value
}

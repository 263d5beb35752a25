import { bounded, spend } from '../budget.ts'
import { toInt } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { isArray, isObject, member, type SqlValue } from '../value.ts'
import { charAt } from './characters.ts'
import { pure } from './define.ts'

function get([from, key]: readonly SqlValue[]): SqlValue {
  if (isObject(from)) return typeof key === 'string' ? member(from, key) : undefined
  if (!isArray(from) && typeof from !== 'string') return undefined
  const index = toInt(key)
  if (typeof index !== 'number' || index < 0) return undefined
  return isArray(from) ? from[index] : charAt(from, index)
}

/** Steps of the budget for each member that is copied: in objects of thousands of members one takes 1 µs and more. */
const STEPS_PER_MEMBER = 10

function transform([mode, attributes, array]: readonly SqlValue[]): SqlValue {
  if (mode !== 'enrichArray' || !isObject(attributes) || !isArray(array)) return undefined
  const addedCount = Object.keys(attributes).length
  const rows: SqlValue[] = []
  for (const element of array) {
    if (!isObject(element)) return undefined
    spend((Object.keys(element).length + addedCount) * STEPS_PER_MEMBER)
    rows.push({ ...element, ...attributes })
  }
  return rows
}

/** Into one array: an argument that is one is spliced, any other is an item. */
export const concatArrays = (args: readonly SqlValue[]): SqlValue =>
  args.includes(undefined) ? undefined : bounded(args.flat(1))

/** Digging into values, and the tests that tell Null from Undefined. */
export const COLLECTION_FUNCTIONS: readonly SqlFunction[] = [
  pure('get', 2, get),
  pure('transform', 3, transform, '2016-03-23'),
  pure('isNull', 1, ([value]) => value === null),
  pure('isUndefined', 1, ([value]) => value === undefined, '2016-03-23'),
]

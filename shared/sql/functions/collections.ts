import { toInt } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { ARRAY_ITEMS_MAX } from '../limits.ts'
import { isArray, isObject, member, type SqlObject, type SqlValue, setMember } from '../value.ts'
import { charAt } from './characters.ts'
import { pure } from './define.ts'

function get([from, key]: readonly SqlValue[]): SqlValue {
  if (isObject(from)) return typeof key === 'string' ? member(from, key) : undefined
  if (!isArray(from) && typeof from !== 'string') return undefined
  const index = toInt(key)
  if (typeof index !== 'number' || index < 0) return undefined
  return isArray(from) ? from[index] : charAt(from, index)
}

/** Members that `enrichArray` makes: a message of 128 KB has at most some ten thousand, and this multiplies them. */
const MEMBERS_MAX = 262_144

function transform([mode, attributes, array]: readonly SqlValue[]): SqlValue {
  if (mode !== 'enrichArray' || !isObject(attributes) || !isArray(array)) return undefined
  const added = Object.entries(attributes)
  let members = 0
  const rows: SqlValue[] = []
  for (const element of array) {
    if (!isObject(element)) return undefined
    const own = Object.entries(element)
    members += own.length + added.length
    if (members > MEMBERS_MAX) return undefined
    const row: SqlObject = {}
    for (const [key, value] of own) setMember(row, key, value)
    for (const [key, value] of added) setMember(row, key, value)
    rows.push(row)
  }
  return rows
}

/** Into one array: an argument that is one is spliced, any other is an item. */
export function concatArrays(args: readonly SqlValue[]): SqlValue {
  const items = args.flat(1)
  return args.includes(undefined) || items.length > ARRAY_ITEMS_MAX ? undefined : items
}

/** Digging into values, and the tests that tell Null from Undefined. */
export const COLLECTION_FUNCTIONS: readonly SqlFunction[] = [
  pure('get', 2, get),
  pure('transform', 3, transform, '2016-03-23'),
  pure('isNull', 1, ([value]) => value === null),
  pure('isUndefined', 1, ([value]) => value === undefined, '2016-03-23'),
]

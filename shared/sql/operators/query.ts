import { spend } from '../budget.ts'
import { isArray, isObject, type SqlObject, type SqlValue, setMember } from '../value.ts'

/** What a nested query makes of an element that its WHERE drops. */
export const DROPPED = Symbol('dropped')

type Select = (element: SqlValue) => SqlValue | typeof DROPPED

/**
 * A nested query: over an Array the results of its elements, over an Object the result itself, over all else
 * Undefined. Results that are Undefined are left out.
 */
export function query(source: SqlValue, select: Select): SqlValue {
  if (!isArray(source)) return isObject(source) ? present(select(source)) : undefined
  spend(source.length)
  const results: SqlValue[] = []
  for (let index = 0; index < source.length; index++) {
    const result = select(source[index])
    if (result !== DROPPED && result !== undefined) results.push(result)
  }
  return results
}

const present = (result: SqlValue | typeof DROPPED): SqlValue => (result === DROPPED ? undefined : result)

/** EXISTS: whether a nested query has at least one result. */
export function exists(source: SqlValue, select: Select): boolean {
  if (!isArray(source)) return isObject(source) && select(source) !== DROPPED
  return source.some((element) => {
    spend(1)
    return select(element) !== DROPPED
  })
}

/** Sets the member `a.b.c` of an object that is being built; objects on the way are copied, as the message may own them. */
export function setPath(object: SqlObject, path: readonly string[], value: SqlValue): void {
  let target = object
  for (const key of path.slice(0, -1)) {
    const before = Object.hasOwn(target, key) ? target[key] : undefined
    const next: SqlObject = isObject(before) ? { ...before } : {}
    setMember(target, key, next)
    target = next
  }
  setMember(target, path.at(-1) ?? '', value)
}

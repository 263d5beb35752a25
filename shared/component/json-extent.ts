import type { Json } from '../bytes/json.ts'

/**
 * Values below the root as nucleus lite counts them (gg/object.h): an element of a list is one, an entry of a map
 * is two, its key and its value.
 */
export function countSubobjects(value: Json | undefined): number {
  if (value === null || typeof value !== 'object') return 0
  const children: readonly (Json | undefined)[] = Array.isArray(value) ? value : Object.values(value)
  const own = Array.isArray(value) ? children.length : 2 * children.length
  return children.reduce<number>((sum, child) => sum + countSubobjects(child), own)
}

/** 1 for a scalar, 2 for a list or map of scalars, and so on. */
export function jsonDepth(value: Json | undefined): number {
  if (value === null || typeof value !== 'object') return 1
  const children: readonly (Json | undefined)[] = Array.isArray(value) ? value : Object.values(value)
  return 1 + children.reduce<number>((deepest, child) => Math.max(deepest, jsonDepth(child)), 0)
}

import type { Json } from '../../../shared/bytes/json.ts'
import type { ConfigMap, ConfigNode, KeyPath } from '../configuration/tree.ts'

/** Where the value of a leaf comes from. */
export interface Origin {
  readonly kind: 'default' | 'deployment' | 'update' | 'reset'
  /** The version whose recipe has the default, the deployment's id, or who wrote it. */
  readonly detail: string
}

/** By JSON pointer of the leaf. */
export type Origins = Readonly<Record<string, Origin>>

export interface Leaf {
  readonly path: KeyPath
  readonly value: Json
  readonly timeMs: number
}

export function leavesOf(node: ConfigNode, path: KeyPath = []): Leaf[] {
  if (node.kind === 'leaf') return [{ path, value: node.value, timeMs: node.timeMs }]
  return [...node.entries].flatMap(([key, child]) => leavesOf(child, [...path, key]))
}

export const pointerOf = (path: KeyPath): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/**
 * Carries the origins over a change of the tree: a leaf that is as it was, value and time, keeps its origin.
 * @param originOf of a leaf that is new or was written anew
 */
export function originsAfter(
  before: { readonly configuration: ConfigMap; readonly origins: Origins },
  after: ConfigMap,
  originOf: (leaf: Leaf) => Origin,
): Origins {
  const known = new Map(leavesOf(before.configuration).map((leaf) => [pointerOf(leaf.path), leaf]))
  return Object.fromEntries(
    leavesOf(after).flatMap((leaf) => {
      const pointer = pointerOf(leaf.path)
      const earlier = known.get(pointer)
      const isKept = earlier !== undefined && isSame(earlier, leaf)
      const origin = isKept ? before.origins[pointer] : originOf(leaf)
      return origin === undefined ? [] : [[pointer, origin]]
    }),
  )
}

const isSame = (left: Leaf, right: Leaf): boolean =>
  left.timeMs === right.timeMs && JSON.stringify(left.value) === JSON.stringify(right.value)

import type { Json } from '../../../shared/bytes/json.ts'
import type { ConfigMap, KeyPath } from '../configuration/tree.ts'
import { leavesOf, pointerOf } from './origins.ts'

export interface LeafChange {
  readonly path: KeyPath
  /** Undefined where there was none. */
  readonly before: Json | undefined
  /** Undefined where it is gone. */
  readonly after: Json | undefined
}

/** Leaves whose value differs; a time alone is no change. */
export function changedLeaves(before: ConfigMap, after: ConfigMap): LeafChange[] {
  const old = new Map(leavesOf(before).map((leaf) => [pointerOf(leaf.path), leaf]))
  const present = new Map(leavesOf(after).map((leaf) => [pointerOf(leaf.path), leaf]))
  const gone = [...old].flatMap(([pointer, { path, value }]) =>
    present.has(pointer) ? [] : [{ path, before: value, after: undefined }],
  )
  const written = [...present].flatMap(([pointer, { path, value }]) => {
    const earlier = old.get(pointer)
    if (earlier !== undefined && JSON.stringify(earlier.value) === JSON.stringify(value)) return []
    return [{ path, before: earlier?.value, after: value }]
  })
  return [...gone, ...written]
}

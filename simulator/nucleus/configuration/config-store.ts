import type { Json, JsonObject } from '../../../shared/bytes/json.ts'
import { changedLeaves } from '../state/changed-leaves.ts'
import type { CoreState } from '../state/core-state.ts'
import { originsAfter } from '../state/origins.ts'
import { readState, writeState } from '../state/state-file.ts'
import {
  type ConfigMap,
  type ConfigNode,
  EMPTY_MAP,
  type KeyPath,
  type Merge,
  type MergeOptions,
  mergeValue,
  nodeAt,
  toJson,
} from './tree.ts'

/** A leaf of a component's configuration has changed. */
type ConfigListener = (component: string, keyPath: KeyPath) => void

/** The configuration of every component of the core, and with it all that deployments change, kept on disk. */
export interface ConfigStore {
  /** The present state; a value that later changes leave alone. */
  state(): CoreState
  /** Puts another state in its place, on disk first, and tells of every leaf that changed. */
  replace(state: CoreState): void
  has(component: string): boolean
  /** Undefined where the component or the key is missing. */
  nodeAt(component: string, path: KeyPath): ConfigNode | undefined
  valueOf(component: string): JsonObject
  /** What is not deployed has no configuration to change: then nothing is kept. */
  update(component: string, path: KeyPath, value: Json, options: UpdateOptions): Merge
  /** @returns the way to stop listening */
  listen(listener: ConfigListener): () => void
}

interface UpdateOptions extends MergeOptions {
  /** Who writes, where it is not the component itself. */
  readonly by?: string
}

export function openConfigStore(path: string): ConfigStore {
  let present = readState(path)
  const listeners = new Set<ConfigListener>()
  const treeOf = (component: string): ConfigMap =>
    present.components.get(component)?.configuration ?? EMPTY_MAP
  const replace = (state: CoreState): void => {
    writeState(path, state)
    present = state
  }
  const tell = (component: string, paths: readonly KeyPath[]): void => {
    for (const changed of paths) {
      for (const listener of [...listeners]) listener(component, changed)
    }
  }
  return {
    state: () => present,
    replace: (state) => {
      const before = present
      replace(state)
      for (const [name, { configuration }] of state.components) {
        const changes = changedLeaves(before.components.get(name)?.configuration ?? EMPTY_MAP, configuration)
        tell(
          name,
          changes.map(({ path: changed }) => changed),
        )
      }
    },
    has: (component) => present.components.has(component),
    nodeAt: (component, keyPath) =>
      present.components.has(component) ? nodeAt(treeOf(component), keyPath) : undefined,
    valueOf: (component) => toJson(treeOf(component)) as JsonObject,
    update: (component, keyPath, value, { by = component, ...options }) => {
      const merge = mergeValue(treeOf(component), keyPath, value, options)
      const before = present.components.get(component)
      if (before !== undefined && merge.tree !== before.configuration) {
        const origins = originsAfter(before, merge.tree, () => ({ kind: 'update', detail: by }))
        const written = { ...before, configuration: merge.tree, origins }
        replace({ ...present, components: new Map(present.components).set(component, written) })
      }
      tell(component, merge.changed)
      return merge
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

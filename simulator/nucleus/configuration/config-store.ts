import type { Json, JsonObject } from '../../../shared/bytes/json.ts'
import { type RememberedComponent, readRemembered, writeRemembered } from './persisted.ts'
import {
  type ConfigMap,
  type ConfigNode,
  EMPTY_MAP,
  fillDefaults,
  type KeyPath,
  type Merge,
  type MergeOptions,
  mergeValue,
  nodeAt,
  toJson,
} from './tree.ts'

/** A leaf of a component's configuration has changed. */
type ConfigListener = (component: string, keyPath: KeyPath) => void

/** The configuration of every component of the core, kept on disk. */
export interface ConfigStore {
  /**
   * Applies one component of a deployment: missing keys from the recipe's defaults, then the deployed values. The
   * same deployment is applied once, so that what a component wrote itself survives the core's next start.
   */
  deploy(component: string, deployment: DeployedConfiguration): void
  has(component: string): boolean
  /** Undefined where the component or the key is missing. */
  nodeAt(component: string, path: KeyPath): ConfigNode | undefined
  valueOf(component: string): JsonObject
  update(component: string, path: KeyPath, value: Json, options: MergeOptions): Merge
  /** @returns the way to stop listening */
  listen(listener: ConfigListener): () => void
}

interface DeployedConfiguration {
  readonly version: string
  readonly defaults: JsonObject
  readonly merge: JsonObject | undefined
  readonly timeMs: number
}

export function openConfigStore(path: string): ConfigStore {
  const components = readRemembered(path)
  const listeners = new Set<ConfigListener>()
  const treeOf = (component: string): ConfigMap => components.get(component)?.configuration ?? EMPTY_MAP
  const remember = (component: string, change: Partial<RememberedComponent>): void => {
    const present = components.get(component) ?? { version: '', deployed: '', configuration: EMPTY_MAP }
    components.set(component, { ...present, ...change })
    writeRemembered(path, components)
  }
  return {
    deploy: (component, { version, defaults, merge, timeMs }) => {
      const deployed = JSON.stringify([defaults, merge ?? {}])
      if (components.get(component)?.deployed === deployed) return remember(component, { version })
      const filled = fillDefaults(treeOf(component), defaults)
      const merged = mergeValue(filled, [], merge ?? {}, { timeMs, onMismatch: 'replace' })
      remember(component, { version, deployed, configuration: replaceAccess(merged.tree, defaults, merge) })
    },
    has: (component) => components.has(component),
    nodeAt: (component, keyPath) =>
      components.has(component) ? nodeAt(treeOf(component), keyPath) : undefined,
    valueOf: (component) => toJson(treeOf(component)) as JsonObject,
    update: (component, keyPath, value, options) => {
      const merge = mergeValue(treeOf(component), keyPath, value, options)
      if (merge.tree !== treeOf(component)) remember(component, { configuration: merge.tree })
      for (const changed of merge.changed) {
        for (const listener of [...listeners]) listener(component, changed)
      }
      return merge
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * The rights of a recipe replace older ones whole. A real core keeps the old ones ("defaults fill missing keys
 * only") until a deployment resets them; here every start stands for the deployment that would.
 */
function replaceAccess(tree: ConfigMap, defaults: JsonObject, merge: JsonObject | undefined): ConfigMap {
  const rights = merge?.['accessControl'] ?? defaults['accessControl']
  if (rights === undefined) return tree
  const entries = new Map(tree.entries).set('accessControl', { kind: 'leaf', value: rights, timeMs: 1 })
  return { kind: 'map', entries }
}

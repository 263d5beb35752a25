import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { FlavourName } from '../flavour.ts'
import { readResetPointer } from './reset-pointer.ts'
import {
  type ConfigMap,
  type ConfigNode,
  EMPTY_MAP,
  fillDefaults,
  findKey,
  type KeyPath,
  mergeValue,
} from './tree.ts'

/** What a deployment does to the configuration of one component. */
export interface ConfigurationChange {
  /** DefaultConfiguration of the recipe that is deployed. */
  readonly defaults: JsonObject
  /** JSON pointers of what is to be as the recipe says; the empty one means everything. */
  readonly reset?: readonly string[]
  readonly merge?: JsonObject
  /** Creation of the deployment. */
  readonly timeMs: number
}

export interface DeployedConfiguration {
  readonly tree: ConfigMap
  /** The leaves that the deployment wrote, and from what: the rest is as it was. */
  readonly written: readonly WrittenLeaf[]
}

export interface WrittenLeaf {
  readonly path: KeyPath
  /** `reset`: the recipe's default in the place of a value that was reset. */
  readonly from: 'default' | 'reset' | 'deployment'
}

/**
 * The configuration of a component after a deployment: what runs, without what is reset, filled up from the recipe,
 * then merged with the deployment's values at its time. A value that was written later stays; on Java even a reset
 * does not take it back, as long as the recipe has a default there.
 *
 * @param running undefined where the component is not installed
 * @throws NucleusError `GENBA_CONFIG_POINTER`
 */
export function deployConfiguration(
  running: ConfigMap | undefined,
  change: ConfigurationChange,
  flavour: FlavourName,
): DeployedConfiguration {
  const before = running ?? EMPTY_MAP
  const kept = resetPlaces(before, change.reset ?? [])
  const filled = fillDefaults(kept, change.defaults)
  const { timeMs } = change
  const { tree: merged } = mergeValue(filled, [], change.merge ?? {}, { timeMs, onMismatch: 'replace' })
  const tree = flavour === 'java' ? applyMap(before, merged, timeMs) : merged
  return { tree, written: listWritten(tree, { before, kept, filled }) }
}

function resetPlaces(tree: ConfigMap, pointers: readonly string[]): ConfigMap {
  const paths = pointers.map(readResetPointer).filter((path) => path !== undefined)
  return paths.reduce((rest, path) => (path.length === 0 ? EMPTY_MAP : remove(rest, path)), tree)
}

/** The map that held it stays, even when it is empty then. */
function remove(map: ConfigMap, [key = '', ...below]: KeyPath): ConfigMap {
  const place = findKey(map.entries, key)
  const child = map.entries.get(place)
  if (child === undefined || (below.length > 0 && child.kind === 'leaf')) return map
  const entries = new Map(map.entries)
  if (below.length === 0) entries.delete(place)
  else if (child.kind === 'map') entries.set(place, remove(child, below))
  return { kind: 'map', entries }
}

/**
 * The second half of a deployment on Java: what was computed replaces what runs, at the deployment's time. A leaf of
 * the same value keeps its time, and a newer one its value too.
 */
function applyMap(running: ConfigMap, computed: ConfigMap, timeMs: number): ConfigMap {
  const entries = [...computed.entries].map(([key, node]): [string, ConfigNode] => {
    const place = findKey(running.entries, key)
    return [place, applyNode(running.entries.get(place), node, timeMs)]
  })
  return entries.length === 0 ? EMPTY_MAP : { kind: 'map', entries: new Map(entries) }
}

function applyNode(running: ConfigNode | undefined, computed: ConfigNode, timeMs: number): ConfigNode {
  if (computed.kind === 'map')
    return applyMap(running?.kind === 'map' ? running : EMPTY_MAP, computed, timeMs)
  if (running?.kind === 'leaf') {
    const isKept = running.timeMs > timeMs || isDeepStrictEqual(running.value, computed.value)
    if (isKept) return running
  }
  return { ...computed, timeMs }
}

/** The same place before, once it was reset, and once the defaults were in. */
interface Stages {
  readonly before: ConfigNode | undefined
  readonly kept: ConfigNode | undefined
  readonly filled: ConfigNode | undefined
}

function listWritten(node: ConfigNode, stages: Stages, path: KeyPath = []): WrittenLeaf[] {
  const { before, kept, filled } = stages
  if (node === before) return []
  if (node.kind === 'leaf') {
    const isDefault = filled?.kind === 'leaf' && isDeepStrictEqual(filled.value, node.value)
    if (!isDefault) return [{ path, from: 'deployment' }]
    return [{ path, from: before !== undefined && kept === undefined ? 'reset' : 'default' }]
  }
  return [...node.entries].flatMap(([key, child]) => {
    const below = { before: childOf(before, key), kept: childOf(kept, key), filled: childOf(filled, key) }
    return listWritten(child, below, [...path, key])
  })
}

const childOf = (node: ConfigNode | undefined, key: string): ConfigNode | undefined =>
  node?.kind === 'map' ? node.entries.get(findKey(node.entries, key)) : undefined

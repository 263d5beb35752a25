import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '../../../shared/bytes/json.ts'

/**
 * Configuration with a time on every leaf: an older write never replaces a newer one. Lists are leaves.
 * Trees are values; every change makes a new one.
 */
export type ConfigNode = ConfigLeaf | ConfigMap

export interface ConfigLeaf {
  readonly kind: 'leaf'
  readonly value: Json
  readonly timeMs: number
}

export interface ConfigMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, ConfigNode>
}

export const EMPTY_MAP: ConfigMap = { kind: 'map', entries: new Map() }

export type KeyPath = readonly string[]

export interface Merge {
  readonly tree: ConfigMap
  /** Paths of the leaves whose value changed. */
  readonly changed: readonly KeyPath[]
  /** Paths at which the write was older than what is there, and was dropped. */
  readonly stale: readonly KeyPath[]
  /** A map met a leaf, or the other way round. */
  readonly mismatched: readonly KeyPath[]
}

export interface MergeOptions {
  readonly timeMs: number
  /** What happens where a map meets a leaf: lite refuses the whole update, Java replaces. */
  readonly onMismatch: 'refuse' | 'replace'
}

/**
 * Merges maps deeply; lists, scalars and null replace another value, if they are not older. A value that is there
 * already keeps its time. Where a map meets a leaf, the kind decides and not the time.
 */
export function mergeValue(tree: ConfigMap, path: KeyPath, value: Json, options: MergeOptions): Merge {
  const log: MergeLog = { changed: [], stale: [], mismatched: [] }
  const wrapped = path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value)
  const merged = isObject(wrapped) ? mergeObject(tree, wrapped, [], { ...options, log }) : tree
  const refused = options.onMismatch === 'refuse' && log.mismatched.length > 0
  return refused ? { ...log, tree, changed: [] } : { ...log, tree: merged }
}

interface MergeLog {
  readonly changed: KeyPath[]
  readonly stale: KeyPath[]
  readonly mismatched: KeyPath[]
}
type Context = MergeOptions & { readonly log: MergeLog }

function mergeObject(map: ConfigMap, value: JsonObject, path: KeyPath, context: Context): ConfigMap {
  const entries = new Map(map.entries)
  for (const [key, item] of Object.entries(value)) {
    // The Java nucleus keeps keys with a leading underscore for itself and drops them on merging.
    if (item === undefined || key.startsWith('_')) continue
    const place = findKey(entries, key)
    entries.set(place, mergeNode(entries.get(place), item, [...path, place], context))
  }
  return { kind: 'map', entries }
}

function mergeNode(
  present: ConfigNode | undefined,
  value: Json,
  path: KeyPath,
  context: Context,
): ConfigNode {
  const { log, timeMs } = context
  if (isObject(value)) {
    if (present?.kind === 'leaf') log.mismatched.push(path)
    return mergeObject(present?.kind === 'map' ? present : EMPTY_MAP, value, path, context)
  }
  if (present?.kind === 'leaf') {
    if (isDeepStrictEqual(present.value, value)) return present
    if (present.timeMs > timeMs) {
      log.stale.push(path)
      return present
    }
  }
  if (present?.kind === 'map') log.mismatched.push(path)
  log.changed.push(path)
  return { kind: 'leaf', value, timeMs }
}

/** Time of a default: every later write beats it. */
export const DEFAULT_TIME_MS = 1

/**
 * Fills in what is missing from the defaults of a recipe.
 * Where a default is a map and the value a leaf, or the other way round, the default wins whatever the times.
 */
export function fillDefaults(tree: ConfigMap, defaults: JsonObject): ConfigMap {
  const entries = new Map(tree.entries)
  for (const [key, value] of Object.entries(defaults)) {
    if (value === undefined || key.startsWith('_')) continue
    const place = findKey(entries, key)
    const present = entries.get(place)
    if (isObject(value)) {
      entries.set(place, fillDefaults(present?.kind === 'map' ? present : EMPTY_MAP, value))
    } else if (present?.kind !== 'leaf') {
      entries.set(place, { kind: 'leaf', value, timeMs: DEFAULT_TIME_MS })
    }
  }
  return { kind: 'map', entries }
}

/** Keys are one whatever their case; the first spelling stays. @returns the spelling that is there, or this one */
export function findKey(entries: ReadonlyMap<string, ConfigNode>, key: string): string {
  if (entries.has(key)) return key
  const folded = key.toLowerCase()
  for (const present of entries.keys()) if (present.toLowerCase() === folded) return present
  return key
}

export function nodeAt(tree: ConfigMap, path: KeyPath): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>(
    (node, key) => (node?.kind === 'map' ? node.entries.get(findKey(node.entries, key)) : undefined),
    tree,
  )
}

export function toJson(node: ConfigNode): Json {
  if (node.kind === 'leaf') return node.value
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, toJson(child)]))
}

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

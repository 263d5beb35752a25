import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Json } from '../../../shared/bytes/json.ts'
import { type ConfigMap, type ConfigNode, EMPTY_MAP } from './tree.ts'

/** `[timeMs, value]` for a leaf, an object for a map. */
type StoredNode = readonly [number, Json] | { readonly [key: string]: StoredNode }

const StoredNode: z.ZodType<StoredNode> = z.lazy(() =>
  z.union([z.tuple([z.number(), z.json()]), z.record(z.string(), StoredNode)]),
)

/** A configuration with its times, as a file has it. */
export const StoredMap = z.record(z.string(), StoredNode)
export type StoredMap = z.output<typeof StoredMap>

export function loadMap(stored: StoredMap): ConfigMap {
  const entries = Object.entries(stored).map(([key, node]) => [key, loadNode(node)] as const)
  return entries.length === 0 ? EMPTY_MAP : { kind: 'map', entries: new Map(entries) }
}

function loadNode(stored: StoredNode): ConfigNode {
  if (!isPair(stored)) return loadMap(stored)
  return { kind: 'leaf', timeMs: stored[0], value: stored[1] }
}

const isPair = (stored: StoredNode): stored is readonly [number, Json] => Array.isArray(stored)

export const storeMap = (map: ConfigMap): StoredMap =>
  Object.fromEntries([...map.entries].map(([key, child]) => [key, storeNode(child)]))

const storeNode = (node: ConfigNode): StoredNode =>
  node.kind === 'leaf' ? [node.timeMs, node.value] : storeMap(node)

/** Written beside and renamed over, so that a kill leaves the old file or the new one. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

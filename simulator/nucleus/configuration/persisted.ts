import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { Json } from '../../../shared/bytes/json.ts'
import { type ConfigMap, type ConfigNode, EMPTY_MAP } from './tree.ts'

/** What the nucleus remembers of one component between its own starts. */
export interface RememberedComponent {
  readonly version: string
  /** The deployed configuration as it was last applied: the same deployment is not applied twice. */
  readonly deployed: string
  readonly configuration: ConfigMap
}

/** `[timeMs, value]` for a leaf, an object for a map. */
type StoredNode = readonly [number, Json] | { readonly [key: string]: StoredNode }

const Stored: z.ZodType<StoredNode> = z.lazy(() =>
  z.union([z.tuple([z.number(), z.json()]), z.record(z.string(), Stored)]),
)
const StoredFile = z.object({
  v: z.literal(1),
  components: z.record(
    z.string(),
    z.object({ version: z.string(), deployed: z.string(), configuration: z.record(z.string(), Stored) }),
  ),
})

/** Empty when there is no file yet. @throws when the file is there and is none of ours */
export function readRemembered(path: string): Map<string, RememberedComponent> {
  const text = readIfThere(path)
  if (text === undefined) return new Map()
  const { components } = StoredFile.parse(JSON.parse(text))
  return new Map(
    Object.entries(components).map(([name, component]) => [
      name,
      { ...component, configuration: loadMap(component.configuration) },
    ]),
  )
}

export function writeRemembered(path: string, components: ReadonlyMap<string, RememberedComponent>): void {
  const stored = Object.fromEntries(
    [...components].map(([name, component]) => [
      name,
      { ...component, configuration: storeNode(component.configuration) },
    ]),
  )
  replaceFile(path, `${JSON.stringify({ v: 1, components: stored })}\n`)
}

/** Written beside and renamed over, so that a kill leaves the old file or the new one. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function loadMap(stored: Readonly<Record<string, StoredNode>>): ConfigMap {
  const entries = Object.entries(stored).map(([key, node]) => [key, loadNode(node)] as const)
  return entries.length === 0 ? EMPTY_MAP : { kind: 'map', entries: new Map(entries) }
}

function loadNode(stored: StoredNode): ConfigNode {
  if (!isPair(stored)) return loadMap(stored)
  return { kind: 'leaf', timeMs: stored[0], value: stored[1] }
}

const isPair = (stored: StoredNode): stored is readonly [number, Json] => Array.isArray(stored)

function storeNode(node: ConfigNode): StoredNode {
  if (node.kind === 'leaf') return [node.timeMs, node.value]
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, storeNode(child)]))
}

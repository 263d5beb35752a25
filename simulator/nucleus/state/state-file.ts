import * as z from 'zod'
import { loadMap, readIfThere, replaceFile, StoredMap, storeMap } from '../configuration/persisted.ts'
import type { RunWith } from '../deployments/document/deployment-document.ts'
import { type CoreState, EMPTY_STATE, type InstalledComponent } from './core-state.ts'

const StoredOrigin = z.object({
  kind: z.enum(['default', 'deployment', 'update', 'reset']),
  detail: z.string(),
})

const StoredComponent = z.object({
  version: z.string(),
  configuration: StoredMap,
  origins: z.record(z.string(), StoredOrigin),
  runWith: z.custom<RunWith>((value) => typeof value === 'object').exactOptional(),
  previousVersion: z.string().exactOptional(),
})

const StoredGroup = z.object({
  targetArn: z.string(),
  configurationArn: z.string(),
  deploymentId: z.string(),
  roots: z.record(z.string(), z.object({ version: z.string(), digest: z.string().exactOptional() })),
})

/** A core's state as JSON: in its own file, and twice in the journal of a deployment. */
export const StoredState = z.object({
  v: z.literal(2),
  revision: z.string(),
  components: z.record(z.string(), StoredComponent),
  groups: z.record(z.string(), StoredGroup),
})
export type StoredState = z.output<typeof StoredState>

/** Before deployments over time: components without groups. */
const StoredFirst = z.object({
  v: z.literal(1),
  components: z.record(z.string(), z.object({ version: z.string(), configuration: StoredMap })),
})

export function storeState({ components, groups, revision }: CoreState): StoredState {
  const stored = [...components].map(([name, component]) => [
    name,
    { ...component, configuration: storeMap(component.configuration) },
  ])
  return { v: 2, revision, components: Object.fromEntries(stored), groups: Object.fromEntries(groups) }
}

export function loadState({ components, groups, revision }: StoredState): CoreState {
  return { revision, components: loadComponents(components), groups: new Map(Object.entries(groups)) }
}

function loadComponents(stored: StoredState['components']): ReadonlyMap<string, InstalledComponent> {
  return new Map(
    Object.entries(stored).map(([name, component]) => [
      name,
      { ...component, configuration: loadMap(component.configuration) },
    ]),
  )
}

/** Empty when there is no file yet. @throws ZodError when the file is there and is none of ours */
export function readState(path: string): CoreState {
  const text = readIfThere(path)
  if (text === undefined) return EMPTY_STATE
  const stored = z.discriminatedUnion('v', [StoredFirst, StoredState]).parse(JSON.parse(text))
  if (stored.v === 2) return loadState(stored)
  const components = Object.entries(stored.components).map(([name, { version, configuration }]) => [
    name,
    { version, configuration, origins: {} },
  ])
  return { ...EMPTY_STATE, components: loadComponents(Object.fromEntries(components)) }
}

export const writeState = (path: string, state: CoreState): void =>
  replaceFile(path, `${JSON.stringify(storeState(state))}\n`)

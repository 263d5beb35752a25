import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { unfold } from '../../cli/deploying/configuration.ts'
import type { Nucleus } from '../../nucleus/core-device.ts'
import { ALIVE, APP, STACKS, type StackName } from './packages.ts'

/** What a core is found with once it has come to rest. */
export const Observation = z.object({
  /** Version of each component. */
  versions: z.record(z.string(), z.string()),
  /** State of each component. */
  states: z.record(z.string(), z.string()),
  /** Version that the process of each component said it is. */
  alive: z.record(z.string(), z.string()),
  /** Of the component that has any. */
  configuration: z.unknown(),
})
export type Observation = z.output<typeof Observation>

export function observe(nucleus: Nucleus, rootDir: string): Observation {
  const components = nucleus.components().filter(({ name }) => name.startsWith('crash.'))
  const of = (read: (component: (typeof components)[number]) => string): Record<string, string> =>
    Object.fromEntries(components.map((component) => [component.name, read(component)]))
  return {
    versions: of(({ version }) => version),
    states: of(({ state }) => state),
    alive: of(({ name }) => saidBy(join(rootDir, 'work', name, ALIVE))),
    configuration: components.some(({ name }) => name === APP) ? unfold(nucleus.configurationOf(APP)) : {},
  }
}

function saidBy(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(' ')[0] ?? ''
  } catch {
    return ''
  }
}

/** @returns the stack that the core has, whole; undefined when it has parts of several */
export function stackOf(found: Observation): StackName | undefined {
  return (['none', 'first', 'second'] as const).find((name) => {
    const { versions, configuration } = STACKS[name]
    return (
      isDeepStrictEqual(found.versions, versions) &&
      isDeepStrictEqual(found.alive, versions) &&
      isDeepStrictEqual(found.configuration, configuration) &&
      Object.values(found.states).every((state) => state === 'RUNNING')
    )
  })
}

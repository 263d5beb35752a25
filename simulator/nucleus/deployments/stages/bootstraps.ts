import { isDeepStrictEqual } from 'node:util'
import type { ComponentDefinition } from '../../lifecycle/component-definition.ts'
import type { PlannedComponent } from '../../recipe/planned-component.ts'
import { installedComponents } from '../../running/installed-components.ts'
import type { CoreState } from '../../state/core-state.ts'
import type { EngineParts } from '../engine/engine-parts.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'

export interface Comparison {
  readonly before: CoreState
  readonly after: CoreState
  /** The components of `after`, dependencies first. */
  readonly targets: readonly PlannedComponent[]
}

export type ComparisonParts = Pick<EngineParts, 'runtime' | 'packages' | 'flavour'>

/** The definitions of a state whose recipes are on disk, by name. */
export function definitionsOfState(
  state: CoreState,
  { runtime, packages, flavour }: ComparisonParts,
): ReadonlyMap<string, ComponentDefinition> {
  const present = installedComponents(state, (name, version) => packages.recipeText(name, version), flavour)
  return new Map(runtime.definitionsOf(present, state).map((definition) => [definition.name, definition]))
}

/** Components whose bootstrap step has to run: new ones, other versions, and those whose step has changed. */
export function bootstrapsOf({ before, after, targets }: Comparison, parts: ComparisonParts): string[] {
  const present = definitionsOfState(before, parts)
  return parts.runtime.definitionsOf(targets, after).flatMap(({ name, version, lifecycle }) => {
    const step = lifecycle.steps.bootstrap
    if (step === undefined) return []
    const earlier = present.get(name)
    const isSame = earlier?.version === version && isDeepStrictEqual(earlier.lifecycle.steps.bootstrap, step)
    return isSame ? [] : [name]
  })
}

/** What a bootstrap step may end with, beside 0: a restart of the nucleus or of the machine is asked for. */
const RESTART_CODES: ReadonlyMap<number, string> = new Map([
  [100, 'a restart of the nucleus'],
  [101, 'a restart of the machine'],
])

/**
 * Runs the bootstrap step of one component.
 * @returns what it asks for, if anything
 * @throws DeploymentFailure when it fails or takes too long; the signal's reason
 */
export async function runBootstrap(
  definition: ComponentDefinition,
  signal: AbortSignal,
  { timer }: Pick<EngineParts, 'timer'>,
): Promise<string | undefined> {
  const step = definition.lifecycle.steps.bootstrap
  if (step === undefined) return undefined
  const process = definition.start('bootstrap', step)
  const ended = new AbortController()
  const end = process.ended.finally(() => ended.abort())
  if (step.timeoutMs !== null) {
    const either = AbortSignal.any([signal, ended.signal])
    await timer.sleep(step.timeoutMs, either).catch(() => {})
  }
  const isLate = !ended.signal.aborted
  if (isLate) process.signal('SIGKILL')
  const { code } = await end
  signal.throwIfAborted()
  if (isLate) {
    const message = `the bootstrap step of ${definition.name} took longer than ${step.timeoutMs} ms`
    throw new DeploymentFailure(['COMPONENT_UPDATE_ERROR', 'COMPONENT_BOOTSTRAP_TIMEOUT'], message)
  }
  if (code === 0) return undefined
  const asked = code === null ? undefined : RESTART_CODES.get(code)
  if (asked !== undefined) return asked
  throw new DeploymentFailure(
    ['COMPONENT_UPDATE_ERROR', 'COMPONENT_BOOTSTRAP_ERROR'],
    `the bootstrap step of ${definition.name} ended with code ${code}`,
  )
}

import { isDeepStrictEqual } from 'node:util'
import type { Dependency, RecipeLifecycle, StepName } from '../../recipe/recipe.ts'
import type { Change } from './events.ts'

/** What of a component's definition decides whether it has to begin anew. */
export interface Comparable {
  readonly version: string
  readonly dependencies: readonly Pick<Dependency, 'name'>[]
  /** Interpolated: a value of the configuration counts where a script uses it, and nowhere else. */
  readonly lifecycle: RecipeLifecycle
  readonly runAs?: string
}

export interface ExplainedChange {
  readonly change: Change
  /** One plain phrase. */
  readonly reason: string
}

const NO_CHANGE: ExplainedChange = { change: 'nothing', reason: 'nothing has changed' }

/**
 * What the Java nucleus does about a difference (`GenericExternalService.java`): a new version, another install step
 * or user begins with the installation, a change in what runs restarts, and shutdown and limits are taken over as
 * they are.
 */
export function changeOf(before: Comparable, after: Comparable): ExplainedChange {
  if (before.version !== after.version)
    return reinstall(`version ${after.version} replaces ${before.version}`)
  if (isStepChanged('install', before, after)) return reinstall('its install step has changed')
  if (before.runAs !== after.runAs) return reinstall('it runs as another user')
  const step = RESTARTING_STEPS.find((name) => isStepChanged(name, before, after))
  if (step !== undefined) return restart(`its ${step} step has changed`)
  if (!isDeepStrictEqual(before.lifecycle.setenv, after.lifecycle.setenv))
    return restart('its environment has changed')
  const added = after.dependencies.find(({ name }) => !before.dependencies.some((each) => each.name === name))
  return added === undefined ? NO_CHANGE : restart(`it now needs ${added.name}`)
}

const RESTARTING_STEPS: readonly StepName[] = ['bootstrap', 'startup', 'run', 'recover', 'uninstall']

const isStepChanged = (name: StepName, before: Comparable, after: Comparable): boolean =>
  !isDeepStrictEqual(before.lifecycle.steps[name], after.lifecycle.steps[name])

const reinstall = (reason: string): ExplainedChange => ({ change: 'reinstall', reason })
const restart = (reason: string): ExplainedChange => ({ change: 'restart', reason })

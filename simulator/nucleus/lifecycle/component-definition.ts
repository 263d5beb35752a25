import type { Dependency, RecipeLifecycle, Step, StepName } from '../recipe/recipe.ts'
import type { ResourceLimits } from './process/resource-limits.ts'
import type { ScriptProcess } from './process/script-process.ts'

/** What a component is, as the nucleus runs it: everything interpolated, so that two can be compared. */
export interface ComponentDefinition {
  readonly name: string
  readonly version: string
  readonly dependencies: readonly Dependency[]
  /** Of the manifest that fits this machine. */
  readonly lifecycle: RecipeLifecycle
  /** systemResourceLimits of a deployment. */
  readonly limits?: ResourceLimits
  /** posixUser of a deployment, `user` or `user:group`. */
  readonly runAs?: string
  /** Starts one script of it; environment and work folder are the caller's matter. */
  readonly start: (name: StepName, step: Step) => ScriptProcess
}

import type { Dependency } from '../recipe/recipe.ts'

/** One version of a component that can be chosen. */
export interface ComponentVersion {
  readonly name: string
  readonly version: string
  readonly dependencies: readonly Dependency[]
}

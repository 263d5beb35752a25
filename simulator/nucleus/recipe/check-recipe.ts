import { readRecipe } from './parse-recipe.ts'
import { RecipeFault } from './recipe-fields.ts'

/** The part of a recipe that is faulty. */
export type RecipePart =
  | 'name'
  | 'version'
  /** The format version or the type of the component. */
  | 'format'
  | 'dependency-range'
  | 'manifest'
  | 'artifact-uri'
  | 'lifecycle'
  | 'platform'
  | 'size'

export interface RecipeProblem {
  readonly part: RecipePart
  /** JSON pointer to the faulty or missing member; empty for the whole recipe. */
  readonly path: string
}

/** By the place of the fault: the first that fits, without regard to case as recipes are read. */
const PARTS: readonly (readonly [RegExp, RecipePart])[] = [
  [/^$/, 'size'],
  [/^\/componentname/i, 'name'],
  [/^\/componentversion/i, 'version'],
  [/^\/componentdependencies/i, 'dependency-range'],
  [/^\/manifests\/\d+\/platform/i, 'platform'],
  [/^\/manifests\/\d+\/artifacts/i, 'artifact-uri'],
  [/^\/manifests\/\d+\/lifecycle/i, 'lifecycle'],
  [/^\/manifests/i, 'manifest'],
  [/^\/lifecycle/i, 'lifecycle'],
]

/** @returns what a nucleus refuses the recipe for, or undefined when it takes it */
export function findProblem(recipe: unknown): RecipeProblem | undefined {
  try {
    readRecipe(recipe)
    return undefined
  } catch (error) {
    if (!(error instanceof RecipeFault)) throw error
    return { part: partAt(error.path), path: error.path }
  }
}

const partAt = (path: string): RecipePart => PARTS.find(([place]) => place.test(path))?.[1] ?? 'format'

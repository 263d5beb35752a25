import * as z from 'zod'
import { findProblem } from '../../../nucleus/recipe/check-recipe.ts'
import type { CaseOutcome } from '../check.ts'
import { CaseFlavour, onEachFlavour } from './flavours.ts'

const RecipeCase = z.object({
  flavour: CaseFlavour,
  recipe: z.unknown(),
  expect: z.union([z.literal('valid'), z.object({ invalid: z.string(), path: z.string() })]),
})

/** Runs a case of a recipe: is it taken, and if not, where and in which part is it faulty? */
export function checkRecipeCase(line: unknown): CaseOutcome {
  const { flavour, recipe, expect: expected } = RecipeCase.parse(line)
  return onEachFlavour(flavour, expected, () => {
    const problem = findProblem(recipe)
    return problem === undefined ? 'valid' : { invalid: problem.part, path: problem.path }
  })
}

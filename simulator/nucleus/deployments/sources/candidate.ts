import { parse } from 'yaml'
import { readJson } from '../../../../shared/bytes/json.ts'
import type { FlavourName } from '../../flavour.ts'
import { parseRecipe } from '../../recipe/parse-recipe.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'

/** One version of a component that could be deployed. */
export interface Candidate {
  readonly name: string
  readonly version: string
  readonly recipe: Recipe
  /** The recipe as JSON, as `packages/recipes` keeps it. */
  readonly recipeText: string
  readonly source: CandidateSource
}

export type CandidateSource =
  | { readonly kind: 'packages' }
  | { readonly kind: 'directory'; readonly artifactsDirectoryPath: string | undefined }
  | { readonly kind: 'cloud'; readonly arn: string }

/**
 * @param origin where the text comes from, for the error
 * @throws DeploymentFailure RECIPE_PARSE_ERROR
 */
export function readCandidate(
  text: string,
  origin: string,
  source: CandidateSource,
  flavour: FlavourName,
): Candidate {
  try {
    const document = readRecipeText(text, flavour)
    const recipe = parseRecipe(document, origin)
    const { name, version } = recipe
    return { name, version, recipe, recipeText: `${JSON.stringify(document, null, 2)}\n`, source }
  } catch (cause) {
    throw new DeploymentFailure(['RECIPE_PARSE_ERROR'], `the recipe at ${origin} is refused`, { cause })
  }
}

/** JSON, or YAML. Of YAML, lite reads every scalar as text. */
function readRecipeText(text: string, flavour: FlavourName): unknown {
  return readJson(text) ?? parse(text, { schema: flavour === 'lite' ? 'failsafe' : 'core' })
}

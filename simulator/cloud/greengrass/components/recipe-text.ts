import { parse, stringify, YAMLParseError } from 'yaml'
import { NucleusError } from '../../../nucleus/errors.ts'
import { parseRecipe } from '../../../nucleus/recipe/parse-recipe.ts'
import type { Recipe } from '../../../nucleus/recipe/recipe.ts'
import { invalid } from '../api/errors.ts'

export const RECIPE_FORMATS = ['JSON', 'YAML'] as const
export type RecipeFormat = (typeof RECIPE_FORMATS)[number]

/** A recipe as a tree of JSON, with the spelling of its keys as it came. */
export type RecipeDocument = Readonly<Record<string, unknown>>

export interface ReadRecipe {
  readonly format: RecipeFormat
  readonly document: RecipeDocument
  readonly recipe: Recipe
}

/** @throws ApiError `ValidationException` that names the faulty place */
export function readRecipe(text: string): ReadRecipe {
  const { format, document } = parseText(text)
  try {
    const recipe = parseRecipe(document, 'recipe')
    return { format, document: document as RecipeDocument, recipe }
  } catch (error) {
    if (!(error instanceof NucleusError)) throw error
    const fields = error.issues.map(({ where, expected, received }) => ({
      name: (where ?? '').replace(/^recipe /, ''),
      message: `expected ${expected}, received ${received}`,
    }))
    const detail = fields.map(({ name, message }) => `${name}: ${message}`).join('; ')
    throw invalid(`Invalid Input: Encountered following errors in the recipe: {${detail}}`, fields)
  }
}

function parseText(text: string): { readonly format: RecipeFormat; readonly document: unknown } {
  const format = text.trimStart().startsWith('{') ? 'JSON' : 'YAML'
  try {
    return { format, document: format === 'JSON' ? JSON.parse(text) : parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof YAMLParseError)) throw error
    throw invalid(`The recipe is no ${format}: ${error.message}`, [], 'CANNOT_PARSE')
  }
}

export const writeRecipe = (document: RecipeDocument, format: RecipeFormat): string =>
  format === 'JSON' ? JSON.stringify(document, null, 2) : stringify(document)

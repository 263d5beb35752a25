import { NucleusError } from '../errors.ts'
import type { Flavour } from '../flavour.ts'
import { dependenciesFirst } from '../recipe/dependency-order.ts'
import { parseRecipe } from '../recipe/parse-recipe.ts'
import { type PlannedComponent, planComponent } from '../recipe/planned-component.ts'
import type { CoreState } from '../state/core-state.ts'

/** Gives the recipe of a version as text; undefined where there is none. */
export type RecipeTexts = (name: string, version: string) => string | undefined

/**
 * The components of a state with their recipes, dependencies first; the core itself is not among them.
 * @throws NucleusError `GENBA_NUCLEUS_ROOT` when a recipe is not where it was put
 */
export function installedComponents(
  { components }: CoreState,
  recipeText: RecipeTexts,
  flavour: Flavour,
): PlannedComponent[] {
  const installed = [...components].filter(([name]) => !flavour.ownComponents.includes(name))
  const planned = installed.map(([name, { version }]) => {
    const text = recipeText(name, version)
    if (text === undefined) throw missing(name, version)
    return planComponent(parseRecipe(JSON.parse(text), `${name}-${version}.json`), flavour.name)
  })
  return dependenciesFirst(planned)
}

const missing = (name: string, version: string): NucleusError =>
  new NucleusError('GENBA_NUCLEUS_ROOT', 'the recipe of a deployed component is missing', [
    {
      where: `packages/recipes/${name}-${version}.json`,
      expected: 'the recipe as it was deployed',
      received: 'nothing',
      mend: 'put it back, or remove the root folder and deploy anew',
    },
  ])

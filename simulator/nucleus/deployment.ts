import { existsSync } from 'node:fs'
import type { JsonObject } from '../../shared/bytes/json.ts'
import { isObject } from './configuration/tree.ts'
import { NucleusError } from './errors.ts'
import type { FlavourName } from './flavour.ts'
import { orderByDependency } from './recipe/dependency-order.ts'
import { parseRecipe } from './recipe/parse-recipe.ts'
import { checkRights, type PlannedComponent, planComponent } from './recipe/planned-component.ts'

export type { PlannedComponent }

/** One component that a simulated core is made with. */
export interface Deployment {
  /** The recipe document, as parsed JSON. */
  readonly recipe: unknown
  /** The folder that holds the component's artifacts. */
  readonly artifactsDir: string
  /** The folder that holds, for each ZIP artifact, the folder it unpacks to; `artifactsDir` when left out. */
  readonly unarchivedDir?: string
  /** Merged over the recipe's default configuration. */
  readonly configuration?: JsonObject
}

export interface BuiltInComponent extends PlannedComponent {
  readonly deployment: Deployment
}

/**
 * Checks everything that can be checked before anything starts, and orders the components.
 * @throws NucleusError naming the recipe and the place
 */
export function planDeployment(deployments: readonly Deployment[], flavour: FlavourName): BuiltInComponent[] {
  const planned = deployments.map((deployment, index) => {
    const recipe = parseRecipe(deployment.recipe, nameOf(deployment.recipe) ?? `deployment ${index + 1}`)
    const component = planComponent(recipe, flavour)
    checkArtifacts(component.name, deployment)
    const { defaultConfiguration } = recipe
    const rights = deployment.configuration?.['accessControl'] ?? defaultConfiguration['accessControl']
    checkRights(component.name, rights, flavour)
    return { ...component, deployment }
  })
  return orderByDependency(planned)
}

const nameOf = (recipe: unknown): string | undefined =>
  isObject(recipe) && typeof recipe['ComponentName'] === 'string' ? recipe['ComponentName'] : undefined

function checkArtifacts(name: string, { artifactsDir, unarchivedDir }: Deployment): void {
  for (const directory of [artifactsDir, unarchivedDir]) {
    if (directory === undefined || existsSync(directory)) continue
    throw new NucleusError('GENBA_RECIPE_INVALID', `the artifacts of ${name} are missing`, [
      {
        where: name,
        expected: `a folder at ${directory}`,
        received: 'nothing',
        mend: 'build the components first',
      },
    ])
  }
}

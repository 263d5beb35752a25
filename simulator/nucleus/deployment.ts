import { existsSync } from 'node:fs'
import type { JsonObject } from '../../shared/bytes/json.ts'
import { compileAccess } from './authorization/access-control.ts'
import { isObject } from './configuration/tree.ts'
import { NucleusError } from './errors.ts'
import type { FlavourName } from './flavour.ts'
import { orderByDependency } from './recipe/dependency-order.ts'
import { parseRecipe } from './recipe/parse-recipe.ts'
import { chooseManifest, describePlatform } from './recipe/platform.ts'
import type { Manifest, Recipe } from './recipe/recipe.ts'

/** One component as it is given to the simulated core. */
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

export interface PlannedComponent {
  readonly deployment: Deployment
  readonly recipe: Recipe
  readonly manifest: Manifest
  readonly name: string
  readonly version: string
  readonly dependencies: Recipe['dependencies']
}

/** Lite keeps the policies of one service of one component in a buffer of this size. */
const LITE_SERVICE_POLICY_BYTES_MAX = 4096

/**
 * Checks everything that can be checked before anything starts, and orders the components.
 * @throws NucleusError naming the recipe and the place
 */
export function planDeployment(deployments: readonly Deployment[], flavour: FlavourName): PlannedComponent[] {
  const device = describePlatform(flavour)
  const planned = deployments.map((deployment, index) => {
    const recipe = parseRecipe(deployment.recipe, nameOf(deployment.recipe) ?? `deployment ${index + 1}`)
    const manifest = chooseManifest(recipe.manifests, device, flavour)
    if (manifest === undefined) throw noManifest(recipe, device)
    checkArtifacts(recipe, deployment)
    checkRights(recipe, deployment, flavour)
    const { name, version, dependencies } = recipe
    return { deployment, recipe, manifest, name, version, dependencies }
  })
  return orderByDependency(planned)
}

const nameOf = (recipe: unknown): string | undefined =>
  isObject(recipe) && typeof recipe['ComponentName'] === 'string' ? recipe['ComponentName'] : undefined

function noManifest(recipe: Recipe, device: Readonly<Record<string, string>>): NucleusError {
  return new NucleusError('GENBA_RECIPE_PLATFORM', `${recipe.name} has no manifest for this machine`, [
    {
      where: `${recipe.name} /Manifests`,
      expected: `a manifest whose Platform fits ${JSON.stringify(device)}`,
      received: JSON.stringify(recipe.manifests.map(({ platform }) => platform)),
      mend: 'nucleus lite wants both "os" and "runtime" in Platform; "runtime": "*" fits everywhere',
    },
  ])
}

function checkArtifacts({ name }: Recipe, { artifactsDir, unarchivedDir }: Deployment): void {
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

function checkRights(recipe: Recipe, { configuration }: Deployment, flavour: FlavourName): void {
  const accessControl = configuration?.['accessControl'] ?? recipe.defaultConfiguration['accessControl']
  const { faults } = compileAccess(accessControl, { flavour })
  const tooLong = Object.entries(isObject(accessControl) ? accessControl : {})
    .filter(([, policies]) => Buffer.byteLength(JSON.stringify(policies)) > LITE_SERVICE_POLICY_BYTES_MAX)
    .map(([service]) => `the policies of ${service} take more than ${LITE_SERVICE_POLICY_BYTES_MAX} bytes`)
  const refused = flavour === 'lite' ? [...faults, ...tooLong] : []
  if (refused.length === 0) return
  throw new NucleusError(
    'GENBA_RECIPE_INVALID',
    `the access rights of ${recipe.name} are refused`,
    refused.map((fault) => ({
      where: `${recipe.name} /ComponentConfiguration/DefaultConfiguration/accessControl`,
      received: fault,
    })),
  )
}

import { compileAccess } from '../authorization/access-control.ts'
import { isObject } from '../configuration/tree.ts'
import { NucleusError } from '../errors.ts'
import type { FlavourName } from '../flavour.ts'
import { chooseManifest, describePlatform } from './platform.ts'
import type { Manifest, Recipe } from './recipe.ts'

/** A component version with the manifest that fits this machine. */
export interface PlannedComponent {
  readonly recipe: Recipe
  readonly manifest: Manifest
  readonly name: string
  readonly version: string
  readonly dependencies: Recipe['dependencies']
}

/** @throws NucleusError `GENBA_RECIPE_PLATFORM` when no manifest fits this machine */
export function planComponent(recipe: Recipe, flavour: FlavourName): PlannedComponent {
  const device = describePlatform(flavour)
  const manifest = chooseManifest(recipe.manifests, device, flavour)
  if (manifest === undefined) throw noManifest(recipe, device)
  const { name, version, dependencies } = recipe
  return { recipe, manifest, name, version, dependencies }
}

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

/** Lite keeps the policies of one service of one component in a buffer of this size. */
const LITE_SERVICE_POLICY_BYTES_MAX = 4096

/**
 * Lite refuses a deployment with a faulty policy; java drops what is faulty, and says nothing.
 * @throws NucleusError `GENBA_RECIPE_INVALID`
 */
export function checkRights(component: string, accessControl: unknown, flavour: FlavourName): void {
  if (flavour !== 'lite') return
  const { faults } = compileAccess(accessControl, { flavour })
  const tooLong = Object.entries(isObject(accessControl) ? accessControl : {})
    .filter(([, policies]) => Buffer.byteLength(JSON.stringify(policies)) > LITE_SERVICE_POLICY_BYTES_MAX)
    .map(([service]) => `the policies of ${service} take more than ${LITE_SERVICE_POLICY_BYTES_MAX} bytes`)
  const refused = [...faults, ...tooLong]
  if (refused.length === 0) return
  throw new NucleusError(
    'GENBA_RECIPE_INVALID',
    `the access rights of ${component} are refused`,
    refused.map((fault) => ({
      where: `${component} /ComponentConfiguration/DefaultConfiguration/accessControl`,
      received: fault,
    })),
  )
}

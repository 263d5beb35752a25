import { satisfies, validRange } from 'semver'
import * as z from 'zod'
import { chooseManifest, type PlatformAttributes } from '../../../nucleus/recipe/platform.ts'
import { ApiError, invalid } from '../api/errors.ts'
import type { Account } from '../arn.ts'
import type { ComponentCatalogue } from './component-catalogue.ts'
import { arnOf, type ComponentVersion } from './component-version.ts'
import { writeRecipe } from './recipe-text.ts'
import { viewOf } from './recipe-view.ts'

/** Body of ResolveComponentCandidates. */
export const CandidatesRequest = z.object({
  platform: z
    .object({ name: z.string().optional(), attributes: z.record(z.string(), z.string()).optional() })
    .optional(),
  componentCandidates: z
    .array(
      z.object({
        componentName: z.string().min(1).max(128),
        componentVersion: z.string().optional(),
        versionRequirements: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1),
})

type Candidate = z.output<typeof CandidatesRequest>['componentCandidates'][number]

/**
 * Chooses for each candidate the highest version that all who need it accept and that has a manifest for the platform.
 * An account's own component hides a public one of the same name.
 * @throws ApiError `ResourceNotFoundException`; devices look for "no usable version" and "claim platform" in its text
 */
export function resolveCandidates(
  catalogue: ComponentCatalogue,
  owner: Account,
  { platform, componentCandidates }: z.output<typeof CandidatesRequest>,
) {
  return componentCandidates.map((candidate) => {
    const component = resolve(catalogue, candidate, platform?.attributes ?? {})
    return {
      arn: arnOf(component, owner),
      componentName: component.name,
      componentVersion: component.version,
      recipe: Buffer.from(writeRecipe(component.recipe, component.format)).toString('base64'),
      vendorGuidance: 'ACTIVE',
    }
  })
}

function resolve(
  catalogue: ComponentCatalogue,
  candidate: Candidate,
  attributes: PlatformAttributes,
): ComponentVersion {
  const { componentName } = candidate
  const own = catalogue.versionsOf(componentName, 'PRIVATE')
  const versions = own.length > 0 ? own : catalogue.versionsOf(componentName, 'PUBLIC')
  const ranges = rangesOf(candidate)
  const suitable = versions.filter(
    ({ state, version }) => state === 'DEPLOYABLE' && ranges.every((range) => satisfies(version, range)),
  )
  const [newest] = suitable
  if (newest === undefined) throw noUsableVersion(candidate)
  const chosen = suitable.find((component) => runsOn(component, attributes))
  if (chosen === undefined) throw noPlatform(newest, attributes)
  return chosen
}

function rangesOf({ componentName, versionRequirements = {} }: Candidate): string[] {
  return Object.entries(versionRequirements).map(([source, requirement]) => {
    const range = validRange(requirement.replace(/^==/, '='))
    if (range === null) {
      throw invalid(`${source} asks for a version of ${componentName} in a way that is not valid`, [
        {
          name: `componentCandidates.versionRequirements.${source}`,
          message: `No version range: ${requirement}`,
        },
      ])
    }
    return range
  })
}

function runsOn(component: ComponentVersion, attributes: PlatformAttributes): boolean {
  const flavour = attributes['runtime'] === undefined ? 'java' : 'lite'
  const manifests = viewOf(component.recipe).platforms.map(({ attributes: platform }) => ({ platform }))
  return chooseManifest(manifests, attributes, flavour) !== undefined
}

function noUsableVersion({ componentName, versionRequirements = {} }: Candidate): ApiError {
  const wanted = Object.entries(versionRequirements).map(([source, range]) => `${source}=${range}`)
  return missing(
    componentName,
    `Component [${componentName}] has no usable version satisfying requirements [{${wanted.join(', ')}}]`,
  )
}

function noPlatform({ name, version }: ComponentVersion, attributes: PlatformAttributes): ApiError {
  const platform = Object.entries(attributes).map(([key, value]) => `${key}=${value}`)
  return missing(
    name,
    `The latest version of Component [${name}:${version}] doesn't claim platform [{${platform.join(', ')}}] compatibility`,
  )
}

const missing = (name: string, message: string): ApiError =>
  new ApiError('ResourceNotFoundException', 404, message, { resourceType: 'component', resourceId: name })

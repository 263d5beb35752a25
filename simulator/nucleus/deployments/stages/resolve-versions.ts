import { NucleusError } from '../../errors.ts'
import type { Flavour } from '../../flavour.ts'
import { orderByDependency } from '../../recipe/dependency-order.ts'
import { planComponent } from '../../recipe/planned-component.ts'
import type { PlatformAttributes } from '../../recipe/platform.ts'
import { newestFirst, satisfies } from '../../recipe/version.ts'
import type { ComponentVersion } from '../../resolution/component-version.ts'
import { noVersion, ResolutionError } from '../../resolution/resolution-error.ts'
import { type RootGroup, resolution, type VersionQuestion } from '../../resolution/resolve.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'
import { type Groups, isInitial } from '../groups/groups.ts'
import { LOCAL_GROUP } from '../groups/target.ts'
import { type Candidate, readCandidate } from '../sources/candidate.ts'
import { CloudUnreachable, type ComponentCloud } from '../sources/component-cloud.ts'
import type { LocalVersions } from '../sources/local-versions.ts'
import type { TargetComponent } from './fetch-artifacts.ts'

export interface ResolutionContext {
  readonly flavour: Flavour
  readonly platform: PlatformAttributes
  readonly local: LocalVersions
  readonly cloud: ComponentCloud
  /** Installed version of a component. */
  readonly installed: (name: string) => string | undefined
  /** True for a local deployment: what the device has is preferred for its group. */
  readonly isLocal: boolean
  readonly signal: AbortSignal
}

/**
 * The components of the core once the group has its new revision, dependencies first.
 * @param groups the table after the deployment
 * @param deployed the group that is being deployed
 * @throws DeploymentFailure
 */
export async function resolveVersions(
  groups: Groups,
  deployed: string,
  context: ResolutionContext,
): Promise<readonly TargetComponent[]> {
  const rootsOf = (name: string): RootGroup => ({
    name,
    roots: Object.fromEntries(
      Object.entries(groups.get(name)?.roots ?? {}).map(([root, { version }]) => [root, version]),
    ),
  })
  const others = [...groups.keys()].filter((name) => name !== deployed)
  const candidates = new Map<string, Candidate>()
  try {
    const steps = resolution(rootsOf(deployed), others.map(rootsOf))
    let step = steps.next()
    while (step.done !== true) {
      const chosen = await answer(step.value, groups, context)
      if ('recipe' in chosen) candidates.set(`${chosen.name} ${chosen.version}`, chosen)
      step = steps.next(asVersion(chosen))
    }
    const chosen = [...step.value.values()].flatMap(
      ({ name, version }) => candidates.get(`${name} ${version}`) ?? [],
    )
    const { flavour } = context
    const planned = chosen.map((candidate) => ({
      ...planComponent(candidate.recipe, flavour.name),
      candidate,
    }))
    return orderByDependency(planned)
  } catch (error) {
    throw asFailure(error)
  }
}

type Chosen = Candidate | OwnComponent
interface OwnComponent {
  readonly name: string
  readonly version: string
}

const asVersion = (chosen: Chosen): ComponentVersion => ({
  name: chosen.name,
  version: chosen.version,
  dependencies: 'recipe' in chosen ? chosen.recipe.dependencies : [],
})

async function answer(
  question: VersionQuestion,
  groups: Groups,
  context: ResolutionContext,
): Promise<Chosen> {
  const { component } = question
  if (context.flavour.ownComponents.includes(component)) return ownVersion(question, context.flavour)
  const local = bestLocal(question, context)
  const isAskedHere = question.requirements.some(({ requirer }) => isDecidedHere(requirer, groups, context))
  if (local !== undefined && isAskedHere) return local
  try {
    return await askCloud(question, local, context)
  } catch (error) {
    const isWithout = error instanceof CloudUnreachable || isNoVersion(error)
    if (!isWithout) throw error
    if (local !== undefined) return local
    if (error instanceof DeploymentFailure) throw error
    throw noVersion(component, question.requirements, context.local.versionsOf(component))
  }
}

/** Whose roots are served by what is on the device: nobody but the device may know those versions. */
function isDecidedHere(requirer: string, groups: Groups, { isLocal }: ResolutionContext): boolean {
  const group = groups.get(requirer)
  if (group === undefined) return false
  return (
    requirer === LOCAL_GROUP || isInitial(group.deploymentId) || (isLocal && isIdOnly(group.configurationArn))
  )
}

/** A revision made on the device has no ARN. */
const isIdOnly = (configurationArn: string): boolean => !configurationArn.startsWith('arn:')

/** The installed version if it will do, else the newest. */
function bestLocal({ component, range }: VersionQuestion, context: ResolutionContext): Candidate | undefined {
  const { local, installed } = context
  const fitting = local.versionsOf(component).filter((version) => satisfies(version, range))
  const present = installed(component)
  const version =
    present !== undefined && fitting.includes(present) ? present : [...fitting].sort(newestFirst)[0]
  return version === undefined ? undefined : local.load(component, version)
}

async function askCloud(
  { component, requirements }: VersionQuestion,
  local: Candidate | undefined,
  { cloud, platform, flavour, signal }: ResolutionContext,
): Promise<Candidate> {
  const question = {
    name: component,
    localVersion: local?.version,
    requirements: Object.fromEntries(requirements.map(({ requirer, range }) => [requirer, range])),
    platform,
  }
  const { arn, recipeText } = await cloud.resolve(question, signal)
  return readCandidate(recipeText, arn, { kind: 'cloud', arn }, flavour.name)
}

const isNoVersion = (error: unknown): boolean =>
  error instanceof DeploymentFailure && error.errorStack.includes('NO_AVAILABLE_COMPONENT_VERSION')

/** The core itself is what it is: a deployment that needs another core fails. */
function ownVersion({ component, range }: VersionQuestion, { version }: Flavour): OwnComponent {
  if (satisfies(version, range)) return { name: component, version }
  throw new DeploymentFailure(
    ['NUCLEUS_VERSION_NOT_FOUND'],
    `${component} ${range} is asked for; this core is ${version}, and cannot be another`,
  )
}

const CODES = {
  'not-found': ['NO_AVAILABLE_COMPONENT_VERSION'],
  conflict: ['NO_AVAILABLE_COMPONENT_VERSION', 'COMPONENT_VERSION_REQUIREMENTS_NOT_MET'],
  cycle: ['COMPONENT_CIRCULAR_DEPENDENCY_ERROR'],
} as const

function asFailure(error: unknown): unknown {
  if (error instanceof ResolutionError) {
    const details = error.issues.map(({ where, expected, received }) =>
      [where, expected, received === undefined ? undefined : `there is ${received}`]
        .filter((part) => part !== undefined)
        .join(': '),
    )
    return new DeploymentFailure(CODES[error.failure], [error.message, ...details].join('; '), {
      cause: error,
    })
  }
  if (error instanceof NucleusError && error.code === 'GENBA_RECIPE_PLATFORM') {
    return new DeploymentFailure(['CURRENT_PLATFORM_NOT_SUPPORTED'], error.message, { cause: error })
  }
  return error
}

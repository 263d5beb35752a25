import { createHash } from 'node:crypto'
import { type BuiltInComponent, type Deployment, planDeployment } from '../deployment.ts'
import { NucleusError } from '../errors.ts'
import type { Flavour } from '../flavour.ts'
import { installFiles, type Layout } from '../layout.ts'
import type { PlannedComponent } from '../recipe/planned-component.ts'
import { planComponent } from '../recipe/planned-component.ts'
import { resolveComponents } from '../resolution/resolve.ts'
import type { CoreState } from '../state/core-state.ts'
import type { DeployedComponent } from './document/deployment-document.ts'
import { type Group, type Groups, initialIdOf, isInitial } from './groups/groups.ts'
import { type CoreIdentity, configurationArnOf, targetArnOf } from './groups/target.ts'
import type { LocalVersions } from './sources/local-versions.ts'
import { nextState } from './stages/next-state.ts'

/** The components that a simulated gateway is made with, as the revision of a thing group. */
export interface InitialDeployment {
  readonly groupName: string
  readonly components: readonly Deployment[]
}

export interface InitialContext {
  readonly flavour: Flavour
  readonly layout: Layout
  readonly identity: CoreIdentity
  /** Of what was deployed otherwise. */
  readonly local: LocalVersions
  readonly nowMs: number
}

export interface InitialResult {
  readonly state: CoreState
  /** Why the components that are given are not those that run. */
  readonly note?: string
}

/**
 * Gives a core its first components, or those of a later build. Nothing is copied: artifacts are links to where they
 * are. A group that has a revision of somebody else is left alone.
 * @throws NucleusError when the components cannot be deployed
 */
export function deployInitially(
  state: CoreState,
  { groupName, components }: InitialDeployment,
  context: InitialContext,
): InitialResult {
  const { flavour, identity } = context
  const planned = planDeployment(components, flavour.name)
  const name = `thinggroup/${groupName}`
  const present = state.groups.get(name)
  if (present !== undefined && !isInitial(present.deploymentId)) {
    const note = `${name} has the deployment ${present.deploymentId}: the built-in components are not deployed again`
    return { state, note }
  }
  const deploymentId = initialIdOf(digestOf(planned.map(({ deployment }) => deploymentContent(deployment))))
  if (present?.deploymentId === deploymentId) {
    link(planned, context)
    return { state }
  }
  const group: Group = {
    targetArn: targetArnOf(name, identity),
    configurationArn: configurationArnOf(name, deploymentId, identity),
    deploymentId,
    roots: Object.fromEntries(
      planned.map((component) => [
        component.name,
        { version: component.version, digest: contentDigest(component) },
      ]),
    ),
  }
  return deploy(state, planned, { name, group, present }, context)
}

interface GroupChange {
  readonly name: string
  readonly group: Group
  readonly present: Group | undefined
}

function deploy(
  state: CoreState,
  planned: readonly BuiltInComponent[],
  { name, group, present }: GroupChange,
  context: InitialContext,
): InitialResult {
  const groups = new Map(state.groups).set(name, group)
  const others = withoutConflict(state, planned, groups, name, context)
  if (typeof others === 'string') return { state, note: others }
  const components = Object.fromEntries(
    planned.map((component): [string, DeployedComponent] => [
      component.name,
      {
        version: component.version,
        ...(present?.roots[component.name]?.digest === contentDigest(component) ? {} : configured(component)),
      },
    ]),
  )
  const document = { components, deploymentId: group.deploymentId, creationTimestamp: context.nowMs }
  link(planned, context)
  return { state: nextState(state, { document, groups, targets: [...planned, ...others] }, context.flavour) }
}

/** Rights follow the recipe; what a component wrote itself stays unless its part of the build has changed. */
const configured = ({ deployment }: BuiltInComponent): Pick<DeployedComponent, 'configurationUpdate'> => ({
  configurationUpdate: {
    reset: ['/accessControl'],
    ...(deployment.configuration === undefined ? {} : { merge: deployment.configuration }),
  },
})

/**
 * What the other groups need beside the built-in components.
 * @returns why they cannot live with them: then the core stays as it is
 */
function withoutConflict(
  state: CoreState,
  planned: readonly BuiltInComponent[],
  groups: Groups,
  initial: string,
  { flavour, local }: InitialContext,
): readonly PlannedComponent[] | string {
  const others = [...groups].filter(([name]) => name !== initial)
  if (others.length === 0) return []
  const built = new Set(planned.map(({ name }) => name))
  const kept = [...state.components].flatMap(([name, { version }]) => {
    const candidate = built.has(name) ? undefined : local.load(name, version)
    return candidate === undefined ? [] : [planComponent(candidate.recipe, flavour.name)]
  })
  const own = flavour.ownComponents.map((name) => ({ name, version: flavour.version, dependencies: [] }))
  const [first, ...rest] = others.map(([name, { roots }]) => ({
    name,
    roots: Object.fromEntries(Object.entries(roots).map(([root, { version }]) => [root, version])),
  }))
  if (first === undefined) return []
  try {
    const resolved = resolveComponents(first, rest, [...planned, ...kept, ...own])
    return kept.filter(({ name }) => resolved.has(name))
  } catch (error) {
    if (!(error instanceof NucleusError)) throw error
    return `the built-in components are not deployed again: ${error.message}`
  }
}

function link(planned: readonly BuiltInComponent[], { layout }: InitialContext): void {
  for (const { name, version, deployment } of planned) {
    installFiles(layout, name, version, { ...deployment, unarchivedDir: deployment.unarchivedDir })
  }
}

const deploymentContent = ({ recipe, configuration }: Deployment): unknown => [recipe, configuration ?? {}]

const contentDigest = ({ recipe, deployment }: BuiltInComponent): string =>
  digestOf([recipe.defaultConfiguration, deployment.configuration ?? {}])

const DIGEST_CHARACTERS = 16

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, DIGEST_CHARACTERS)

import { type DeployedConfiguration, deployConfiguration } from '../../configuration/deploy-configuration.ts'
import { EMPTY_MAP, toJson } from '../../configuration/tree.ts'
import { NucleusError } from '../../errors.ts'
import type { Flavour } from '../../flavour.ts'
import { checkRights, type PlannedComponent } from '../../recipe/planned-component.ts'
import type { CoreState, InstalledComponent } from '../../state/core-state.ts'
import { originsAfter, pointerOf } from '../../state/origins.ts'
import { type DeploymentDocument, namedIn } from '../document/deployment-document.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'
import type { Groups } from '../groups/groups.ts'

export interface Change {
  readonly document: Pick<DeploymentDocument, 'components' | 'edits' | 'creationTimestamp' | 'deploymentId'>
  /** The table after the deployment. */
  readonly groups: Groups
  /** Every component that is to be on the core, itself excepted. */
  readonly targets: readonly PlannedComponent[]
}

/**
 * The state of the core once the deployment is done: what is no target is gone, and configuration is reset, filled
 * up and merged where the document names the component.
 * @throws DeploymentFailure COMPONENT_CONFIGURATION_NOT_VALID
 */
export function nextState(before: CoreState, change: Change, flavour: Flavour): CoreState {
  const { document, groups, targets } = change
  const own = [...before.components].filter(([name]) => flavour.ownComponents.includes(name))
  const components = new Map<string, InstalledComponent>()
  for (const [name, component] of own) {
    components.set(
      name,
      configure(name, component, { version: component.version, defaults: {} }, document, flavour),
    )
  }
  for (const { name, version, recipe } of targets) {
    const running = before.components.get(name)
    const defaults = recipe.defaultConfiguration
    const component = configure(name, running, { version, defaults }, document, flavour)
    checkAccess(name, component, flavour)
    components.set(name, component)
  }
  return { components, groups, revision: document.deploymentId }
}

type Version = {
  readonly version: string
  readonly defaults: PlannedComponent['recipe']['defaultConfiguration']
}

function configure(
  name: string,
  running: InstalledComponent | undefined,
  { version, defaults }: Version,
  document: Change['document'],
  flavour: Flavour,
): InstalledComponent {
  const named = namedIn(document, name)
  const change = { defaults, ...named?.configurationUpdate, timeMs: document.creationTimestamp }
  const deployed = compute(name, running, change, flavour)
  const from = new Map(deployed.written.map((leaf) => [pointerOf(leaf.path), leaf.from]))
  const runWith = named?.runWith ?? running?.runWith
  const previousVersion = running?.version === version ? running.previousVersion : running?.version
  const before = { configuration: running?.configuration ?? EMPTY_MAP, origins: running?.origins ?? {} }
  return {
    version,
    configuration: deployed.tree,
    origins: originsAfter(before, deployed.tree, ({ path }) => {
      const kind = from.get(pointerOf(path)) ?? 'deployment'
      return { kind, detail: kind === 'deployment' ? document.deploymentId : version }
    }),
    ...(runWith === undefined ? {} : { runWith }),
    ...(previousVersion === undefined ? {} : { previousVersion }),
  }
}

function compute(
  name: string,
  running: InstalledComponent | undefined,
  change: Parameters<typeof deployConfiguration>[1],
  flavour: Flavour,
): DeployedConfiguration {
  try {
    return deployConfiguration(running?.configuration, change, flavour.name)
  } catch (error) {
    throw refused(name, error)
  }
}

function checkAccess(name: string, { configuration }: InstalledComponent, flavour: Flavour): void {
  const access = configuration.entries.get('accessControl')
  try {
    checkRights(name, access === undefined ? undefined : toJson(access), flavour.name)
  } catch (error) {
    throw refused(name, error)
  }
}

function refused(name: string, error: unknown): unknown {
  if (!(error instanceof NucleusError)) return error
  const details = error.issues.map(({ received }) => received).filter((part) => part !== undefined)
  const message = `the configuration of ${name} is refused: ${[error.message, ...details].join('; ')}`
  return new DeploymentFailure(['COMPONENT_CONFIGURATION_NOT_VALID'], message, { cause: error })
}

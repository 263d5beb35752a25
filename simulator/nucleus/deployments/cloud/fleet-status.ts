import type { ConfigStore } from '../../configuration/config-store.ts'
import type { Flavour } from '../../flavour.ts'
import type { PlatformAttributes } from '../../recipe/platform.ts'
import type { ComponentRuntime } from '../../running/component-runtime.ts'
import type { CoreState } from '../../state/core-state.ts'
import type { ComponentStatus } from '../../status.ts'
import type { DeploymentStatus } from '../engine/deployment-record.ts'
import type { CoreIdentity } from '../groups/target.ts'
import type { DeviceTopics } from './device-topics.ts'
import { statusDetails } from './status-details.ts'

export interface FleetStatusParts {
  readonly flavour: Flavour
  readonly identity: CoreIdentity
  readonly platform: PlatformAttributes
  readonly configuration: ConfigStore
  readonly runtime: ComponentRuntime
  readonly nowMs: () => number
}

/** Why a message is sent, in the nucleus's words (`status/model/Trigger.java`). */
export type FleetTrigger =
  | 'NUCLEUS_LAUNCH'
  | 'RECONNECT'
  | 'LOCAL_DEPLOYMENT'
  | 'THING_DEPLOYMENT'
  | 'THING_GROUP_DEPLOYMENT'
  | 'BROKEN_COMPONENT'
  | 'CADENCE'

/** What the control plane knows of this core's components. */
export class FleetStatus {
  readonly #topics: DeviceTopics
  readonly #parts: FleetStatusParts
  #sequenceNumber = 0

  constructor(topics: DeviceTopics, parts: FleetStatusParts) {
    this.#topics = topics
    this.#parts = parts
  }

  /** @param only names of components; all when left out */
  async send(
    trigger: FleetTrigger,
    deployment?: DeploymentStatus,
    only?: ReadonlySet<string>,
  ): Promise<boolean> {
    const { flavour, identity, platform, configuration, runtime, nowMs } = this.#parts
    const state = configuration.state()
    const statuses = runtime.components.status()
    const isBroken = statuses.some((status) => status.state === 'BROKEN')
    const shown = only === undefined ? statuses : statuses.filter(({ name }) => only.has(name))
    return this.#topics.send('greengrassv2/health/json', {
      ggcVersion: flavour.version,
      platform: platform['os'],
      architecture: platform['architecture'],
      runtime: flavour.name === 'lite' ? 'aws_nucleus_lite' : 'aws_nucleus_classic',
      thing: identity.thing,
      overallDeviceStatus: isBroken ? 'UNHEALTHY' : 'HEALTHY',
      timestamp: nowMs(),
      sequenceNumber: this.#sequenceNumber++,
      messageType: only === undefined ? 'COMPLETE' : 'PARTIAL',
      trigger,
      components: [
        ...shown.map((status) => describe(status, state)),
        ...(only === undefined ? [ownStatus(flavour)] : []),
      ],
      ...(deployment === undefined ? {} : { deploymentInformation: informationOf(deployment) }),
    })
  }
}

function describe({ name, version, state: componentState }: ComponentStatus, state: CoreState): object {
  const asking = [...state.groups.values()].filter(({ roots }) => roots[name] !== undefined)
  const isBroken = componentState === 'BROKEN'
  return {
    componentName: name,
    version,
    fleetConfigArns: asking.map(({ configurationArn }) => configurationArn),
    isRoot: asking.length > 0,
    status: componentState,
    ...(isBroken
      ? { statusDetails: { statusCodes: ['COMPONENT_BROKEN'], statusReason: 'it failed again and again' } }
      : {}),
  }
}

const ownStatus = ({ ownComponents: [componentName], version }: Flavour): object => ({
  componentName,
  version,
  fleetConfigArns: [],
  isRoot: false,
  status: 'RUNNING',
})

const informationOf = (deployment: DeploymentStatus): object => ({
  deploymentId: deployment.deploymentId,
  status: deployment.status,
  statusDetails: statusDetails(deployment),
  unchangedRootComponents: [],
})

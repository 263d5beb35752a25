import { readJson } from '../../../../shared/bytes/json.ts'
import { isObject } from '../../configuration/tree.ts'
import type { DeploymentEngine } from '../engine/deployment-engine.ts'
import type { DeploymentStatus } from '../engine/deployment-record.ts'
import type { DeviceTopics, Message } from './device-topics.ts'
import { takeOver } from './inbox.ts'
import { reportedStatus, statusDetails } from './status-details.ts'

const SHADOW = 'shadow/name/AWSManagedGreengrassV2Deployment'
const TOPICS = [`${SHADOW}/get/accepted`, `${SHADOW}/update/delta`]

/** Deployments to the thing itself, which stand in a shadow of their own. */
export class ShadowInbox {
  readonly #topics: DeviceTopics
  readonly #engine: DeploymentEngine
  #current: { readonly arn: string; readonly deploymentId: string } | undefined

  constructor(topics: DeviceTopics, engine: DeploymentEngine) {
    this.#topics = topics
    this.#engine = engine
    engine.changes$.subscribe((status) => {
      if (status.deploymentId === this.#current?.deploymentId) void this.#report(this.#current.arn, status)
    })
  }

  /** The link is up. */
  async ask(): Promise<void> {
    const isListening = await this.#topics.listen(TOPICS, (topic, message) => this.#onMessage(topic, message))
    if (isListening) await this.#topics.send(`${SHADOW}/get`, {})
  }

  #onMessage(topic: string, { state }: Message): void {
    if (!isObject(state)) return
    // A delta is part of the desired state: only the whole has all of it.
    if (topic.endsWith('/delta')) {
      void this.#topics.send(`${SHADOW}/get`, {})
      return
    }
    const { desired, reported } = state
    const config = readDesired(desired)
    if (config === undefined || isDone(reported, config.arn)) return
    const status = takeOver(this.#engine, 'shadow', config.document, config.arn)
    this.#current = { arn: config.arn, deploymentId: status.deploymentId }
    void this.#report(config.arn, status)
  }

  async #report(arn: string, status: DeploymentStatus): Promise<void> {
    const reported = {
      ARN: arn,
      status: reportedStatus(status),
      statusDetails: statusDetails(status),
      fleetConfigurationArnForStatus: arn,
    }
    await this.#topics.send(`${SHADOW}/update`, { state: { reported } })
  }
}

function readDesired(desired: unknown): { readonly arn: string; readonly document: unknown } | undefined {
  if (!isObject(desired)) return undefined
  const { fleetConfig, fleetConfigurationArnForStatus: arn } = desired
  if (typeof fleetConfig !== 'string' || typeof arn !== 'string') return undefined
  return { arn, document: readJson(fleetConfig) }
}

/** The device has told already how this revision ended. */
function isDone(reported: unknown, arn: string): boolean {
  if (!isObject(reported) || reported['fleetConfigurationArnForStatus'] !== arn) return false
  return reported['status'] !== undefined && reported['status'] !== 'IN_PROGRESS'
}

import { randomUUID } from 'node:crypto'
import { isObject } from '../../configuration/tree.ts'
import type { DeploymentEngine } from '../engine/deployment-engine.ts'
import { type DeploymentStatus, hasEnded } from '../engine/deployment-record.ts'
import type { DeviceTopics, Message } from './device-topics.ts'
import { takeOver } from './inbox.ts'
import { reportedStatus, statusDetails } from './status-details.ts'

const TOPICS = ['jobs/notify-next', 'jobs/$next/get/accepted']

/**
 * Deployments to thing groups, which come as IoT Jobs (AWS IoT Jobs device MQTT API). Only the next job is looked at,
 * and what it says is compared with the deployments that are known: nothing need be remembered here.
 */
export class JobInbox {
  readonly #topics: DeviceTopics
  readonly #engine: DeploymentEngine
  #current: { readonly jobId: string; readonly deploymentId: string } | undefined

  constructor(topics: DeviceTopics, engine: DeploymentEngine) {
    this.#topics = topics
    this.#engine = engine
    engine.changes$.subscribe((status) => {
      if (status.deploymentId === this.#current?.deploymentId) void this.#report(this.#current.jobId, status)
    })
  }

  /** The link is up. */
  async ask(): Promise<void> {
    const isListening = await this.#topics.listen(TOPICS, (_topic, message) => this.#onNext(message))
    if (isListening) await this.#topics.send('jobs/$next/get', { clientToken: randomUUID() })
  }

  #onNext({ execution }: Message): void {
    const next = readExecution(execution)
    if (next?.jobId !== this.#current?.jobId) this.#withdraw()
    if (next === undefined) return
    const status = takeOver(this.#engine, 'job', next.jobDocument, next.jobId)
    this.#current = { jobId: next.jobId, deploymentId: status.deploymentId }
    void this.#report(next.jobId, status)
  }

  /** Another job is next while ours has not ended: ours was cancelled. */
  #withdraw(): void {
    const current = this.#current
    this.#current = undefined
    const status = current === undefined ? undefined : this.#engine.find(current.deploymentId)
    if (status !== undefined && !hasEnded(status)) this.#engine.cancel(status.deploymentId)
  }

  async #report(jobId: string, status: DeploymentStatus): Promise<void> {
    await this.#topics.send(`jobs/${jobId}/update`, {
      status: reportedStatus(status),
      statusDetails: statusDetails(status),
      clientToken: randomUUID(),
    })
  }
}

interface Execution {
  readonly jobId: string
  readonly jobDocument: unknown
}

function readExecution(execution: unknown): Execution | undefined {
  if (!isObject(execution)) return undefined
  const { jobId, jobDocument } = execution
  return typeof jobId === 'string' && jobDocument !== undefined ? { jobId, jobDocument } : undefined
}

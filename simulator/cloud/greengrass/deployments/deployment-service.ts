import { randomUUID } from 'node:crypto'
import { createSerial } from '../../../../shared/time/serial.ts'
import type { RecordFolder } from '../../disk/record-folder.ts'
import type { JobService } from '../../jobs/job-service.ts'
import type { Registry } from '../../registry/registry.ts'
import type { ShadowReport, ShadowService } from '../../shadow/shadow-service.ts'
import { conflict, invalid, notFound } from '../api/errors.ts'
import { type Account, configurationArn, readTargetArn, type Target } from '../arn.ts'
import { configurationDocument, jobConfigurationOf } from './configuration-document.ts'
import type { Deployment, DeploymentRequest } from './deployment.ts'

/** The shadow that brings a thing its own deployments. */
export const DEPLOYMENT_SHADOW = 'AWSManagedGreengrassV2Deployment'

export interface DeploymentServiceOptions {
  readonly records: RecordFolder<Deployment>
  /** Last revision by target, which never goes back. */
  readonly revisions: RecordFolder<number>
  readonly owner: Account
  readonly registry: Registry
  readonly jobs: JobService
  readonly shadows: ShadowService
  readonly nowMs: () => number
}

/** Deployments and their way to the devices: by jobs to groups, by a shadow to a thing. */
export class DeploymentService {
  readonly #options: DeploymentServiceOptions
  readonly #serial = createSerial()

  constructor(options: DeploymentServiceOptions) {
    this.#options = options
  }

  /** @throws ApiError where there is none */
  get(deploymentId: string): Deployment {
    const deployment = this.#options.records.get(deploymentId)
    if (deployment === undefined) {
      throw notFound(`Deployment [${deploymentId}] does not exist`, 'deployment', deploymentId)
    }
    return deployment
  }

  list(): Deployment[] {
    return this.#options.records.values()
  }

  async setTags(deploymentId: string, tags: Deployment['tags']): Promise<void> {
    await this.#options.records.change(deploymentId, (deployment) => deployment && { ...deployment, tags })
  }

  /** A new revision of what a target runs; it takes the place of the one before. */
  create(request: DeploymentRequest): Promise<Deployment> {
    const { owner } = this.#options
    const target = readTargetArn('targetArn', request.targetArn, owner)
    this.#checkTarget(target, request.targetArn)
    if (request.parentTargetArn !== undefined) this.#checkParent(target, request.parentTargetArn)
    return this.#serial(async () => {
      const deployment = await this.#draft(request, target)
      for (const other of this.list()) {
        const isBefore =
          other.targetArn === deployment.targetArn && other.parentTargetArn === deployment.parentTargetArn
        // "A new revision of the parent replaces its subdeployments."
        if (isBefore || other.parentTargetArn === deployment.targetArn) await this.#supersede(other)
      }
      await this.#put(deployment)
      await this.#deliver(deployment)
      return deployment
    })
  }

  /** @throws ApiError where it is not active */
  cancel(deploymentId: string): Promise<void> {
    return this.#serial(async () => {
      const deployment = this.get(deploymentId)
      if (deployment.status !== 'ACTIVE') {
        throw conflict(
          `Deployment [${deploymentId}] is ${deployment.status}; only an active one can be cancelled`,
          'deployment',
          deploymentId,
        )
      }
      await this.#put({ ...deployment, status: 'CANCELED' })
      await this.#stop(deployment)
    })
  }

  /** @throws ApiError while it is active */
  delete(deploymentId: string): Promise<void> {
    return this.#serial(async () => {
      const { status, iotJobId } = this.get(deploymentId)
      if (status === 'ACTIVE') {
        throw conflict(`Deployment [${deploymentId}] is active; cancel it first`, 'deployment', deploymentId)
      }
      await this.#options.records.delete(deploymentId)
      if (iotJobId !== undefined) await this.#options.jobs.delete(iotJobId)
    })
  }

  /** Too many things of a job have failed. */
  async abort(jobId: string): Promise<void> {
    await this.#serial(async () => {
      const deployment = this.list().find(({ iotJobId }) => iotJobId === jobId)
      if (deployment?.status === 'ACTIVE') await this.#put({ ...deployment, status: 'CANCELED' })
    })
  }

  /** A thing has reported on its deployment shadow. */
  async report({ thing, name, reported }: ShadowReport): Promise<void> {
    if (name !== DEPLOYMENT_SHADOW) return
    const arn = reported['fleetConfigurationArnForStatus']
    const { status, statusDetails } = reported
    await this.#serial(async () => {
      const deployment = this.list().find(
        ({ target, revisionId }) =>
          target.kind === 'thing' &&
          target.name === thing &&
          configurationArn(this.#options.owner, target, revisionId) === arn,
      )
      if (deployment === undefined || typeof status !== 'string') return
      const details = statusDetails !== null && typeof statusDetails === 'object' ? statusDetails : {}
      const report = { status, statusDetails: { ...details }, modifiedMs: this.#options.nowMs() }
      const isActive = deployment.status === 'ACTIVE'
      await this.#put({ ...deployment, report, ...(isActive ? { status: statusAfter(status) } : {}) })
    })
  }

  /** Finishes what a death has left half done: a deployment and its job or shadow are written one after another. */
  resume(): Promise<void> {
    return this.#serial(async () => {
      for (const deployment of this.list()) await this.#resume(deployment)
    })
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    await this.#serial(async () => {})
  }

  async #resume(deployment: Deployment): Promise<void> {
    const { owner, jobs, shadows } = this.#options
    const { iotJobId, target, revisionId, status } = deployment
    if (iotJobId === undefined) {
      const arn = configurationArn(owner, target, revisionId)
      const isThere = shadows.desiredOf(shadowOf(target))['fleetConfigurationArnForStatus'] === arn
      if (status === 'ACTIVE' && !isThere) await this.#deliver(deployment)
      return
    }
    const job = jobs.job(iotJobId)
    if (status !== 'ACTIVE') await jobs.cancel(iotJobId)
    else if (job === undefined) await this.#deliver(deployment)
    else if (job.status === 'CANCELED') await this.#put({ ...deployment, status: 'CANCELED' })
  }

  #put(deployment: Deployment): Promise<void> {
    return this.#options.records.put(deployment.deploymentId, deployment)
  }

  #checkTarget({ kind, name }: Target, arn: string): void {
    const { registry } = this.#options
    const names = kind === 'thing' ? registry.thingNames() : registry.groupNames()
    if (!names.includes(name)) throw notFound(`The target [${arn}] does not exist`, kind, arn)
  }

  #checkParent(target: Target, parentArn: string): void {
    const parent = readTargetArn('parentTargetArn', parentArn, this.#options.owner)
    if (target.kind === 'thinggroup' && parent.kind === 'thinggroup') {
      this.#checkTarget(parent, parentArn)
      return
    }
    throw invalid('A subdeployment has a thing group for its target and for its parent', [
      { name: 'parentTargetArn', message: 'Must be a thing group, as the target must' },
    ])
  }

  async #draft(request: DeploymentRequest, target: Target): Promise<Deployment> {
    const { revisions, nowMs } = this.#options
    const revision = (revisions.get(request.targetArn) ?? 0) + 1
    await revisions.put(request.targetArn, revision)
    const { parentTargetArn, iotJobConfiguration } = request
    return {
      deploymentId: randomUUID(),
      target,
      targetArn: request.targetArn,
      ...(parentTargetArn === undefined ? {} : { parentTargetArn }),
      revisionId: String(revision),
      deploymentName: request.deploymentName ?? `Deployment for ${target.name}`,
      status: 'ACTIVE',
      isLatest: true,
      ...(target.kind === 'thinggroup' ? { iotJobId: randomUUID() } : {}),
      components: request.components,
      deploymentPolicies: request.deploymentPolicies,
      ...(iotJobConfiguration === undefined ? {} : { iotJobConfiguration }),
      creationMs: nowMs(),
      tags: request.tags ?? {},
    }
  }

  async #supersede(other: Deployment): Promise<void> {
    if (!other.isLatest && other.status !== 'ACTIVE') return
    const isActive = other.status === 'ACTIVE'
    await this.#put({ ...other, isLatest: false, ...(isActive ? { status: 'INACTIVE' } : {}) })
    // The shadow of a thing is overwritten by what comes next.
    if (isActive && other.iotJobId !== undefined) await this.#options.jobs.cancel(other.iotJobId)
  }

  async #deliver(deployment: Deployment): Promise<void> {
    const { owner, jobs, shadows } = this.#options
    const { target, iotJobId } = deployment
    const document = configurationDocument(deployment, owner)
    if (iotJobId !== undefined) {
      const configuration = jobConfigurationOf(deployment)
      await jobs.create({ jobId: iotJobId, group: target.name, document, configuration })
      return
    }
    const rejection = await shadows.setDesired(shadowOf(target), {
      fleetConfig: JSON.stringify(document),
      fleetConfigurationArnForStatus: configurationArn(owner, target, deployment.revisionId),
      desiredStatus: null,
    })
    if (rejection === undefined) return
    await this.#put({ ...deployment, status: 'FAILED' })
    throw invalid(`The deployment cannot be brought to the thing: ${rejection.message}`)
  }

  async #stop({ target, iotJobId }: Deployment): Promise<void> {
    const { jobs, shadows } = this.#options
    if (iotJobId !== undefined) await jobs.cancel(iotJobId)
    else await shadows.setDesired(shadowOf(target), { desiredStatus: 'CANCELED' })
  }
}

const shadowOf = ({ name }: Target) => ({ thing: name, name: DEPLOYMENT_SHADOW })

/** A deployment to one thing is over when that thing is done. */
function statusAfter(reported: string): Deployment['status'] {
  if (reported === 'SUCCEEDED') return 'COMPLETED'
  if (reported === 'CANCELED') return 'CANCELED'
  return reported === 'FAILED' || reported === 'REJECTED' ? 'FAILED' : 'ACTIVE'
}

import { join } from 'node:path'
import * as z from 'zod'
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../aws/defaults.ts'
import { type CloudClock, realClock } from './clock.ts'
import { RecordFolder } from './disk/record-folder.ts'
import { startApiServer } from './greengrass/api/server.ts'
import { type Account, componentVersionArn, configurationArn, PUBLIC_ACCOUNT } from './greengrass/arn.ts'
import { Artifacts } from './greengrass/components/artifacts.ts'
import { ComponentCatalogue } from './greengrass/components/component-catalogue.ts'
import { componentOperations } from './greengrass/components/component-operations.ts'
import { ComponentVersion } from './greengrass/components/component-version.ts'
import { putPublicComponent } from './greengrass/components/public-component.ts'
import { Deployment } from './greengrass/deployments/deployment.ts'
import { deploymentOperations } from './greengrass/deployments/deployment-operations.ts'
import { DeploymentService } from './greengrass/deployments/deployment-service.ts'
import { type GroupRollout, latestRollout } from './greengrass/deployments/group-rollout.ts'
import { CoreDevice } from './greengrass/devices/core-device.ts'
import { deviceOperations } from './greengrass/devices/device-operations.ts'
import { DeviceService } from './greengrass/devices/device-service.ts'
import { effectiveDeploymentOperations } from './greengrass/devices/effective-deployments.ts'
import { AnsweredRequest, Idempotence } from './greengrass/idempotence.ts'
import { findTagged } from './greengrass/tagged-resources.ts'
import { tagOperations } from './greengrass/tags.ts'
import type { IotCore } from './iot-core.ts'
import { JobService } from './jobs/job-service.ts'
import { serveJobTopics } from './jobs/job-topics.ts'
import { openRegistry, type Registry } from './registry/registry.ts'
import { startS3 } from './s3/server.ts'
import { ShadowService } from './shadow/shadow-service.ts'
import { type AccessKey, openAccessKey } from './signature/access-keys.ts'

export interface ControlPlaneOptions {
  /** State of the cloud: access key, buckets, components, deployments, devices, things. Made when missing. */
  readonly directory: string
  readonly iotCore: IotCore
  readonly region?: string
  /** Twelve digits. */
  readonly account?: string
  readonly clock?: CloudClock
  /** On the loopback; by default such that are free. */
  readonly ports?: { readonly greengrassv2?: number; readonly s3?: number }
}

/** What a company has in the cloud for its gateways: components, deployments and artifacts. */
export interface ControlPlane {
  readonly region: string
  readonly account: string
  /** Such as `http://127.0.0.1:9000`. */
  readonly endpoints: { readonly greengrassv2: string; readonly s3: string }
  readonly credentials: AccessKey
  readonly registry: Registry
  /**
   * Adds a component of scope PUBLIC.
   * @param artifacts paths of files, by the NAME of `greengrass:NAME` in the recipe
   * @returns the ARN of its version
   */
  addPublicComponent(recipe: string, artifacts?: Readonly<Record<string, string>>): Promise<string>
  /** How the latest deployment to a thing group goes; undefined before the first. */
  rolloutOf(group: string): GroupRollout | undefined
  close(): Promise<void>
}

/** Starts the cloud's side of deployments on what the folder holds. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { directory, clock = realClock, ports = {} } = options
  const { region = DEFAULT_REGION, account = DEFAULT_ACCOUNT } = options
  const owner: Account = { region, account }
  const nowMs = (): number => clock.nowMs()
  const accessKey = openAccessKey(directory)
  const path = (...names: string[]): string => join(directory, ...names)
  const s3 = await startS3({ directory: path('s3'), accessKey, region, port: ports.s3 ?? 0, nowMs })
  const registry = await openRegistry(path('registry'))
  const artifacts = new Artifacts(s3.buckets, s3.url, region, accessKey, nowMs)
  const components = await RecordFolder.open(path('greengrass', 'components'), ComponentVersion)
  const catalogue = new ComponentCatalogue(components, artifacts, owner, nowMs)
  const answers = await RecordFolder.open(path('greengrass', 'answers'), AnsweredRequest)
  const idempotence = new Idempotence(answers, nowMs)
  const delivery = await startDelivery({ ...options, clock }, owner, registry)
  const { deployments, devices, jobs } = delivery
  const deploymentIdOf = (arn: string): string | undefined =>
    deployments.list().find(({ target, revisionId }) => configurationArn(owner, target, revisionId) === arn)
      ?.deploymentId
  const api = await startApiServer({
    operations: {
      ...componentOperations(catalogue, owner, idempotence),
      ...deploymentOperations(deployments, owner, idempotence),
      ...effectiveDeploymentOperations(devices, deployments, jobs, owner),
      ...deviceOperations({ devices, registry, owner, deploymentIdOf }),
      ...tagOperations(findTagged({ catalogue, deployments, devices, owner })),
    },
    verifier: {
      secretOf: (id) => (id === accessKey.accessKeyId ? accessKey.secretAccessKey : undefined),
      region,
      service: 'greengrass',
      pathRule: 'normalised',
      nowMs,
    },
    port: ports.greengrassv2 ?? 0,
    nowMs,
  })
  return {
    region,
    account,
    endpoints: { greengrassv2: api.url, s3: s3.url },
    credentials: accessKey,
    registry,
    addPublicComponent: async (recipe, files = {}) => {
      const { name, version } = await putPublicComponent(catalogue, s3.buckets, recipe, files, nowMs())
      return componentVersionArn({ ...owner, account: PUBLIC_ACCOUNT }, name, version)
    },
    rolloutOf: (group) => latestRollout(deployments.list(), group, (jobId) => jobs.job(jobId)),
    close: async () => {
      await api.close()
      await delivery.close()
      await catalogue.settle()
      artifacts.close()
      await s3.close()
    },
  }
}

/** The way from a deployment to the devices, and of their reports back. */
async function startDelivery(
  { directory, iotCore, clock }: ControlPlaneOptions & { readonly clock: CloudClock },
  owner: Account,
  registry: Registry,
) {
  const nowMs = (): number => clock.nowMs()
  const folder = join(directory, 'greengrass')
  const shadows = await ShadowService.open(join(directory, 'shadows'), iotCore, clock)
  const thingsIn = (group: string): string[] => registry.thingsIn(group)
  const jobs = await JobService.open({ directory: join(directory, 'jobs'), clock, thingsIn })
  const stopTopics = await serveJobTopics(iotCore, jobs, clock)
  const records = await RecordFolder.open(join(folder, 'deployments'), Deployment)
  const revisions = await RecordFolder.open(join(folder, 'revisions'), z.number())
  const deployments = new DeploymentService({ records, revisions, owner, registry, jobs, shadows, nowMs })
  const devices = await DeviceService.open(
    await RecordFolder.open(join(folder, 'coreDevices'), CoreDevice),
    iotCore,
    nowMs,
  )
  const subscriptions = [
    registry.joins$.subscribe(({ group }) => void jobs.join(group)),
    jobs.aborts$.subscribe((jobId) => void deployments.abort(jobId)),
    shadows.reports$.subscribe((report) => void deployments.report(report)),
  ]
  await deployments.resume()
  return {
    deployments,
    devices,
    jobs,
    close: async (): Promise<void> => {
      for (const subscription of subscriptions) subscription.unsubscribe()
      stopTopics()
      await devices.close()
      await shadows.close()
      await jobs.close()
      await deployments.settle()
    },
  }
}

import type { CreateDeploymentCommandInput, GetDeploymentCommandOutput } from '@aws-sdk/client-greengrassv2'
import type { Progress } from '../progress.ts'
import { asCloudError, type Cloud } from './cloud.ts'
import {
  differenceOf,
  isSame,
  nextComponents,
  type RevisionChanges,
  type RevisionDifference,
} from './revision.ts'
import { type Target, targetArn } from './target.ts'

export interface RemoteRequest extends RevisionChanges {
  readonly target: Target
  readonly name?: string
  readonly perMinute?: number
  readonly onFailure?: 'rollback' | 'nothing'
  readonly notifyTimeoutS?: number
  readonly dryRun: boolean
}

export interface RemoteDeployment {
  /** Undefined when nothing would change, and for a dry run. */
  readonly deploymentId: string | undefined
  readonly targetArn: string
  readonly difference: RevisionDifference
}

/**
 * Gives a target its next revision: the latest one with the changes.
 * @throws CliError `GENBA_USAGE`, `GENBA_CLOUD_REFUSED`
 */
export async function deployRemotely(cloud: Cloud, request: RemoteRequest): Promise<RemoteDeployment> {
  const arn = targetArn(request.target, cloud)
  try {
    const latest = await latestOf(cloud, arn)
    const { target } = request
    const isNewGroup = latest === undefined && target.kind === 'thinggroup'
    const before = latest?.components ?? (isNewGroup ? await cloud.madeWith(target.name) : {})
    const components = nextComponents(before, request)
    const difference = differenceOf(before, components)
    const settings = settingsOf(latest, request)
    const isUnchanged = isSame(difference) && latest !== undefined && !changesSettings(request)
    if (request.dryRun || isUnchanged) return { deploymentId: undefined, targetArn: arn, difference }
    const { CreateDeploymentCommand } = await import('@aws-sdk/client-greengrassv2')
    const input = { targetArn: arn, components: { ...components }, ...settings }
    const { deploymentId } = await cloud.greengrass.send(new CreateDeploymentCommand(input))
    return { deploymentId, targetArn: arn, difference }
  } catch (error) {
    throw asCloudError(error, `a deployment to ${arn}`)
  }
}

async function latestOf(cloud: Cloud, arn: string): Promise<GetDeploymentCommandOutput | undefined> {
  const { GetDeploymentCommand, ListDeploymentsCommand } = await import('@aws-sdk/client-greengrassv2')
  const question = { targetArn: arn, historyFilter: 'LATEST_ONLY' as const }
  const { deployments = [] } = await cloud.greengrass.send(new ListDeploymentsCommand(question))
  const [latest] = deployments
  if (latest?.deploymentId === undefined) return undefined
  return cloud.greengrass.send(new GetDeploymentCommand({ deploymentId: latest.deploymentId }))
}

const changesSettings = ({ name, perMinute, onFailure, notifyTimeoutS }: RemoteRequest): boolean =>
  [name, perMinute, onFailure, notifyTimeoutS].some((setting) => setting !== undefined)

/** Everything but the components: as it was, where nothing else is asked for. */
function settingsOf(
  latest: GetDeploymentCommandOutput | undefined,
  { name, perMinute, onFailure, notifyTimeoutS, target }: RemoteRequest,
): Omit<CreateDeploymentCommandInput, 'targetArn' | 'components'> {
  const { deploymentPolicies, iotJobConfiguration, deploymentName } = latest ?? {}
  const policies = {
    ...deploymentPolicies,
    ...(onFailure !== undefined && {
      failureHandlingPolicy: onFailure === 'rollback' ? ('ROLLBACK' as const) : ('DO_NOTHING' as const),
    }),
    ...(notifyTimeoutS !== undefined && {
      componentUpdatePolicy: {
        ...deploymentPolicies?.componentUpdatePolicy,
        action: 'NOTIFY_COMPONENTS' as const,
        timeoutInSeconds: notifyTimeoutS,
      },
    }),
  }
  const jobs = {
    ...iotJobConfiguration,
    ...(perMinute !== undefined && { jobExecutionsRolloutConfig: { maximumPerMinute: perMinute } }),
  }
  const label = name ?? deploymentName ?? `genba for ${target.name}`
  return {
    deploymentName: label,
    ...(Object.keys(policies).length > 0 && { deploymentPolicies: policies }),
    ...(Object.keys(jobs).length > 0 && { iotJobConfiguration: jobs }),
  }
}

/** How a deployment stands on one device. */
export interface DeviceOutcome {
  readonly thing: string
  /** Of the service: `QUEUED`, `IN_PROGRESS`, `SUCCEEDED`, `COMPLETED`, `FAILED`, …; undefined before it knows. */
  readonly status: string | undefined
  readonly reason: string | undefined
}

const DONE: ReadonlySet<string> = new Set(['SUCCEEDED', 'COMPLETED'])
const FAILED: ReadonlySet<string> = new Set(['FAILED', 'REJECTED', 'CANCELED', 'TIMED_OUT'])

export const isDone = ({ status = '' }: DeviceOutcome): boolean => DONE.has(status)
export const hasFailed = ({ status = '' }: DeviceOutcome): boolean => FAILED.has(status)

/** Asks once how a deployment stands on every core device of its target. */
export async function outcomesOf(
  { greengrass }: Cloud,
  { deploymentId, targetArn: arn }: { readonly deploymentId: string; readonly targetArn: string },
): Promise<readonly DeviceOutcome[]> {
  const { ListEffectiveDeploymentsCommand, paginateListCoreDevices } = await import(
    '@aws-sdk/client-greengrassv2'
  )
  const things: string[] = []
  if (arn.includes(':thing/')) things.push(arn.slice(arn.indexOf(':thing/') + ':thing/'.length))
  else {
    for await (const page of paginateListCoreDevices({ client: greengrass }, { thingGroupArn: arn })) {
      for (const { coreDeviceThingName = '' } of page.coreDevices ?? []) things.push(coreDeviceThingName)
    }
  }
  return Promise.all(
    things.map(async (thing) => {
      const question = new ListEffectiveDeploymentsCommand({ coreDeviceThingName: thing })
      const { effectiveDeployments = [] } = await greengrass.send(question)
      const found = effectiveDeployments.find((each) => each.deploymentId === deploymentId)
      return { thing, status: found?.coreDeviceExecutionStatus, reason: found?.reason }
    }),
  )
}

export interface WaitOptions {
  readonly timeLimitMs: number
  readonly pollMs: number
  readonly progress: Progress
  readonly pause: (ms: number) => Promise<unknown>
}

/** Waits until every device has it, or has failed, or the time is over: whoever is not done by then says so. */
export async function awaitDevices(
  cloud: Cloud,
  deployment: { readonly deploymentId: string; readonly targetArn: string },
  { timeLimitMs, pollMs, progress, pause }: WaitOptions,
): Promise<readonly DeviceOutcome[]> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const outcomes = await outcomesOf(cloud, deployment)
    const open = outcomes.filter((each) => !isDone(each) && !hasFailed(each))
    if (open.length === 0 || waitedMs >= timeLimitMs) return outcomes
    progress.show(() => `${outcomes.length - open.length} of ${outcomes.length} devices have it`)
    await pause(pollMs)
  }
}

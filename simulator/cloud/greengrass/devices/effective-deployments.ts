import type { JobService } from '../../jobs/job-service.ts'
import { labelOf, ok, timestamp } from '../api/operation.ts'
import { inOrder, newestFirstKey, pageOf } from '../api/paging.ts'
import type { OperationTable } from '../api/route.ts'
import { type Account, jobArn } from '../arn.ts'
import type { Deployment } from '../deployments/deployment.ts'
import type { DeploymentService } from '../deployments/deployment-service.ts'
import type { DeviceService } from './device-service.ts'

/** What one device has made of one deployment. */
interface Outcome {
  readonly deployment: Deployment
  readonly status: string
  readonly details: Readonly<Record<string, unknown>>
  readonly modifiedMs: number
}

/** ListEffectiveDeployments: what a device was told to run, and what it said of it. */
export function effectiveDeploymentOperations(
  devices: DeviceService,
  deployments: DeploymentService,
  jobs: JobService,
  owner: Account,
): OperationTable {
  return {
    'GET /greengrass/v2/coreDevices/{thing}/effectiveDeployments': (request) => {
      const { thing } = devices.get(labelOf(request, 'thing'))
      const outcomes = deployments.list().flatMap((deployment) => outcomeOf(deployment, thing, jobs))
      const page = pageOf(request, inOrder(outcomes, keyOf), keyOf)
      return ok({
        effectiveDeployments: page.items.map((outcome) => viewOf(outcome, owner)),
        nextToken: page.nextToken,
      })
    },
  }
}

function outcomeOf(deployment: Deployment, thing: string, jobs: JobService): Outcome[] {
  const { target, iotJobId, report, creationMs } = deployment
  if (iotJobId === undefined) {
    if (target.name !== thing) return []
    const isOver = deployment.status === 'CANCELED' || deployment.status === 'INACTIVE'
    const { status, statusDetails, modifiedMs } = report ?? {
      status: isOver ? 'CANCELED' : 'QUEUED',
      statusDetails: {},
      modifiedMs: creationMs,
    }
    return [{ deployment, status, details: statusDetails, modifiedMs }]
  }
  const execution = jobs.job(iotJobId)?.executions[thing]
  if (execution === undefined) return []
  const { status, statusDetails, updatedMs } = execution
  return [{ deployment, status, details: statusDetails, modifiedMs: updatedMs }]
}

const keyOf = ({ deployment }: Outcome): string =>
  newestFirstKey(deployment.creationMs, deployment.deploymentId)

function viewOf({ deployment, status, details, modifiedMs }: Outcome, owner: Account) {
  const { deploymentId, deploymentName, iotJobId, targetArn, creationMs } = deployment
  return {
    deploymentId,
    deploymentName,
    ...(iotJobId === undefined ? {} : { iotJobId, iotJobArn: jobArn(owner, iotJobId) }),
    targetArn,
    coreDeviceExecutionStatus: status,
    reason:
      textOf(details['deployment-failure-cause']) ?? textOf(details['detailed-deployment-status']) ?? '',
    creationTimestamp: timestamp(creationMs),
    modifiedTimestamp: timestamp(modifiedMs),
    statusDetails: {
      errorStack: listOf(details['deployment-error-stack']),
      errorTypes: listOf(details['deployment-error-types']),
    },
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A list as it is in a shadow, or as the text `[A, B]` that a job's details have for it. */
function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string')
  const text =
    textOf(value)
      ?.trim()
      .replace(/^\[|\]$/g, '') ?? ''
  return text
    .split(',')
    .map((item) => item.trim().replaceAll('"', ''))
    .filter((item) => item !== '')
}

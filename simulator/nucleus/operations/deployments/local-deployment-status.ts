import type { JsonObject } from '../../../../shared/bytes/json.ts'
import type { DeploymentStatus } from '../../deployments/engine/deployment-record.ts'
import { authorizeCli } from '../authorize-cli.ts'
import { type Operation, type OperationCall, OperationError } from '../operation.ts'
import type { Services } from '../services.ts'

export function cancelLocalDeployment(services: Services): Operation {
  return {
    name: 'CancelLocalDeployment',
    streams: false,
    start: (call) => {
      const { deploymentId } = findDeployment(call, services, 'CancelLocalDeployment')
      if (!services.deployments.cancel(deploymentId)) {
        const message = `Deployment ${deploymentId} has ended, or is being applied already`
        throw new OperationError('InvalidArgumentsError', message)
      }
      call.respond({ message: `Deployment ${deploymentId} is cancelled` })
    },
  }
}

export function getLocalDeploymentStatus(services: Services): Operation {
  return {
    name: 'GetLocalDeploymentStatus',
    streams: false,
    start: (call) => {
      const deployment = findDeployment(call, services, 'GetLocalDeploymentStatus')
      call.respond({ deployment: describe(deployment) })
    },
  }
}

export function listLocalDeployments(services: Services): Operation {
  return {
    name: 'ListLocalDeployments',
    streams: false,
    start: (call) => {
      authorizeCli(services, call.principal, 'ListLocalDeployments', '*')
      call.respond({ localDeployments: localOnes(services).map(describe) })
    },
  }
}

const localOnes = ({ deployments }: Services): DeploymentStatus[] =>
  deployments.all().filter(({ source }) => source === 'local')

/** @throws OperationError InvalidArgumentsError, ResourceNotFoundError */
function findDeployment(call: OperationCall, services: Services, operation: string): DeploymentStatus {
  const { deploymentId } = call.request()
  authorizeCli(services, call.principal, operation, '*')
  if (typeof deploymentId !== 'string' || deploymentId === '') {
    throw new OperationError('InvalidArgumentsError', 'A deployment ID is required')
  }
  const found = localOnes(services).find((deployment) => deployment.deploymentId === deploymentId)
  if (found !== undefined) return found
  throw new OperationError('ResourceNotFoundError', `Cannot find deployment ${deploymentId}`, {
    resourceType: 'deployment',
    resourceName: deploymentId,
  })
}

function describe(deployment: DeploymentStatus): JsonObject {
  const { deploymentId, status, createdMs, detailedStatus, failureCause, errorStack, errorTypes } = deployment
  const details: JsonObject = {
    detailedDeploymentStatus: detailedStatus,
    deploymentErrorStack: errorStack === undefined ? undefined : [...errorStack],
    deploymentErrorTypes: errorTypes === undefined ? undefined : [...errorTypes],
    deploymentFailureCause: failureCause,
  }
  return {
    deploymentId,
    status,
    // A time-stamp of the IPC's JSON is seconds.
    createdOn: createdMs / 1000,
    ...(detailedStatus === undefined ? {} : { deploymentStatusDetails: details }),
  }
}

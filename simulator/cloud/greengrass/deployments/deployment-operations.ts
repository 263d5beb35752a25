import type { ApiRequest } from '../api/operation.ts'
import {
  choiceOf,
  created,
  labelOf,
  noContent,
  ok,
  queryOf,
  readBodyAs,
  timestamp,
} from '../api/operation.ts'
import { inOrder, newestFirstKey, pageOf } from '../api/paging.ts'
import type { OperationTable } from '../api/route.ts'
import { type Account, jobArn } from '../arn.ts'
import type { Idempotence } from '../idempotence.ts'
import { type Deployment, DeploymentRequest } from './deployment.ts'
import type { DeploymentService } from './deployment-service.ts'

const DEPLOYMENTS = '/greengrass/v2/deployments'

/** Operations on deployments. */
export function deploymentOperations(
  deployments: DeploymentService,
  owner: Account,
  idempotence: Idempotence,
): OperationTable {
  return {
    [`POST ${DEPLOYMENTS}`]: (request) => {
      const { clientToken, ...body } = readBodyAs(request, DeploymentRequest)
      return idempotence.run('CreateDeployment', clientToken, body, async () => {
        const deployment = await deployments.create(body)
        return created({ deploymentId: deployment.deploymentId, ...jobOf(deployment, owner) })
      })
    },
    [`GET ${DEPLOYMENTS}`]: (request) => {
      const wanted = inOrder(deployments.list().filter(filterOf(request)), keyOf)
      const page = pageOf(request, wanted, keyOf)
      return ok({ deployments: page.items.map(summaryOf), nextToken: page.nextToken })
    },
    [`GET ${DEPLOYMENTS}/{deploymentId}`]: (request) => {
      const deployment = deployments.get(labelOf(request, 'deploymentId'))
      const { components, deploymentPolicies, iotJobConfiguration, tags } = deployment
      return ok({
        ...summaryOf(deployment),
        ...jobOf(deployment, owner),
        components,
        deploymentPolicies,
        iotJobConfiguration,
        tags,
      })
    },
    [`POST ${DEPLOYMENTS}/{deploymentId}/cancel`]: async (request) => {
      await deployments.cancel(labelOf(request, 'deploymentId'))
      return ok({ message: 'SUCCESS' })
    },
    [`DELETE ${DEPLOYMENTS}/{deploymentId}`]: async (request) => {
      await deployments.delete(labelOf(request, 'deploymentId'))
      return noContent
    },
  }
}

function filterOf(request: ApiRequest): (deployment: Deployment) => boolean {
  const targetArn = queryOf(request, 'targetArn')
  const parentTargetArn = queryOf(request, 'parentTargetArn')
  const history = choiceOf(request, 'historyFilter', ['ALL', 'LATEST_ONLY'], 'LATEST_ONLY')
  return (deployment) =>
    (targetArn === undefined || deployment.targetArn === targetArn) &&
    (parentTargetArn === undefined || deployment.parentTargetArn === parentTargetArn) &&
    (history === 'ALL' || deployment.isLatest)
}

const keyOf = ({ creationMs, deploymentId }: Deployment): string => newestFirstKey(creationMs, deploymentId)

const summaryOf = (deployment: Deployment) => ({
  targetArn: deployment.targetArn,
  parentTargetArn: deployment.parentTargetArn,
  revisionId: deployment.revisionId,
  deploymentId: deployment.deploymentId,
  deploymentName: deployment.deploymentName,
  creationTimestamp: timestamp(deployment.creationMs),
  deploymentStatus: deployment.status,
  isLatestForTarget: deployment.isLatest,
})

const jobOf = ({ iotJobId }: Deployment, owner: Account) =>
  iotJobId === undefined ? {} : { iotJobId, iotJobArn: jobArn(owner, iotJobId) }

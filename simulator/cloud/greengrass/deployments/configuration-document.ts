import { readJson } from '../../../../shared/bytes/json.ts'
import type { JobConfiguration } from '../../jobs/job.ts'
import { type Account, configurationArn } from '../arn.ts'
import type { Deployment } from './deployment.ts'

/** What a deployment is to the devices: aws-greengrass-component-common's configuration document. */
export function configurationDocument(deployment: Deployment, owner: Account): Record<string, unknown> {
  const { deploymentPolicies: policies, parentTargetArn } = deployment
  return {
    deploymentId: deployment.deploymentId,
    deploymentName: deployment.deploymentName,
    configurationArn: configurationArn(owner, deployment.target, deployment.revisionId),
    creationTimestamp: deployment.creationMs,
    targetArn: deployment.targetArn,
    ...(parentTargetArn === undefined ? {} : { parentTargetArn }),
    failureHandlingPolicy: policies.failureHandlingPolicy,
    componentUpdatePolicy: {
      timeout: policies.componentUpdatePolicy.timeoutInSeconds,
      action: policies.componentUpdatePolicy.action,
    },
    configurationValidationPolicy: { timeout: policies.configurationValidationPolicy.timeoutInSeconds },
    components: Object.fromEntries(
      Object.entries(deployment.components).map(([name, specification]) => [name, documentOf(specification)]),
    ),
  }
}

function documentOf({
  componentVersion,
  runWith,
  configurationUpdate,
}: Deployment['components'][string]): Record<string, unknown> {
  const { merge, reset } = configurationUpdate ?? {}
  const update = {
    ...(merge === undefined ? {} : { merge: readJson(merge) }),
    ...(reset === undefined ? {} : { reset }),
  }
  return {
    version: componentVersion,
    ...(runWith === undefined ? {} : { runWith }),
    ...(configurationUpdate === undefined ? {} : { configurationUpdate: update }),
  }
}

/** The same in the words of the jobs service. */
export function jobConfigurationOf({ iotJobConfiguration = {} }: Deployment): JobConfiguration {
  const { jobExecutionsRolloutConfig = {}, abortConfig, timeoutConfig } = iotJobConfiguration
  const timeout = timeoutConfig?.inProgressTimeoutInMinutes
  return {
    ...jobExecutionsRolloutConfig,
    ...(abortConfig === undefined ? {} : { abortCriteria: abortConfig.criteriaList }),
    ...(timeout === undefined ? {} : { inProgressTimeoutMinutes: timeout }),
  }
}

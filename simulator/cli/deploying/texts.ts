import type { DeploymentStatus } from '../../nucleus/deployments/engine/deployment-record.ts'
import type { DeploymentPlan } from '../../nucleus/deployments/engine/plan.ts'
import { formatBytes } from '../figures.ts'
import { formatTable } from '../table.ts'

const timeText = (ms: number): string => new Date(ms).toISOString()

/** What a local deployment would do, for people. */
export function planText(plan: DeploymentPlan): string {
  const lines = [
    ...plan.added.map(({ name, version }) => `+ ${name} ${version}`),
    ...plan.updated.map(({ name, from, to }) => `~ ${name} ${from} → ${to}`),
    ...plan.removed.map(({ name, version }) => `- ${name} ${version}`),
    ...plan.restarted.map(({ name, why }) => `restarts ${name}: ${why}`),
    ...plan.configuration.map(
      ({ component, path, before, after }) =>
        `configuration ${component} /${path.join('/')}: ${valueText(before)} → ${valueText(after)}`,
    ),
    ...plan.artifacts.map(({ component, uri, sizeBytes }) => {
      const size = sizeBytes === undefined ? 'size unknown' : formatBytes(sizeBytes)
      return `downloads ${uri} for ${component} (${size})`
    }),
  ]
  return lines.length === 0 ? 'nothing would change\n' : lines.map((line) => `${line}\n`).join('')
}

const valueText = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

export const deploymentTable = (deployments: readonly DeploymentStatus[]): string =>
  formatTable(
    ['deployment', 'status', 'from', 'target', 'created'],
    deployments.map(({ deploymentId, status, source, targetArn, createdMs }) => [
      deploymentId,
      status,
      source,
      shortTarget(targetArn),
      timeText(createdMs),
    ]),
  )

export const shortTarget = (arn: string): string => arn.replace(/^arn:[^/]*:(?=thing)/, '')

/** In the words of greengrass-cli. */
export function deploymentText(deployment: DeploymentStatus): string {
  const { deploymentId, status, createdMs, detailedStatus, errorStack, errorTypes, failureCause } = deployment
  const lines = [
    `${deploymentId}: ${status}`,
    `Created on: ${timeText(createdMs)}`,
    `Target: ${shortTarget(deployment.targetArn)}`,
    ...(detailedStatus === undefined ? [] : [`Detailed Status: ${detailedStatus}`]),
    ...(errorStack === undefined ? [] : [`Deployment Error Stack: ${errorStack.join(', ')}`]),
    ...(errorTypes === undefined ? [] : [`Deployment Error Types: ${errorTypes.join(', ')}`]),
    ...(failureCause === undefined ? [] : [`Deployment Failure Cause: ${failureCause}`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

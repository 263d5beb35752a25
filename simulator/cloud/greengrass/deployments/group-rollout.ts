import type { Execution, Job } from '../../jobs/job.ts'
import type { Deployment } from './deployment.ts'

/** A deployment to a thing group, and what became of it on each thing that was told. */
export interface GroupRollout {
  readonly deployment: Deployment
  /** Keyed by thing; a thing that was not told yet has none. */
  readonly executions: Readonly<Record<string, Execution>>
}

/** @returns undefined where the group never had a deployment, or where the latest was deleted */
export function latestRollout(
  deployments: readonly Deployment[],
  group: string,
  jobOf: (jobId: string) => Job | undefined,
): GroupRollout | undefined {
  const [deployment] = deployments
    .filter(({ target, isLatest }) => isLatest && target.kind === 'thinggroup' && target.name === group)
    .sort((left, right) => right.creationMs - left.creationMs)
  if (deployment === undefined) return undefined
  const job = deployment.iotJobId === undefined ? undefined : jobOf(deployment.iotJobId)
  return { deployment, executions: job?.executions ?? {} }
}

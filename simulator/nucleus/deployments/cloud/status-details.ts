import type { DeploymentStatus } from '../engine/deployment-record.ts'

/** What jobs, the shadow and the fleet status say of a deployment, beside its status. */
export function statusDetails({
  detailedStatus,
  failureCause,
  errorStack,
  errorTypes,
}: DeploymentStatus): Record<string, string> {
  const details = {
    'detailed-deployment-status': detailedStatus,
    'deployment-failure-cause': failureCause?.slice(0, CAUSE_CHARACTERS_MAX),
    'deployment-error-stack': errorStack === undefined ? undefined : JSON.stringify(errorStack),
    'deployment-error-types': errorTypes === undefined ? undefined : JSON.stringify(errorTypes),
  }
  return Object.fromEntries(
    Object.entries(details).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** A value of a job's status details has at most 1,024 characters (AWS IoT Jobs limits). */
const CAUSE_CHARACTERS_MAX = 1024

/** The words of jobs and shadow: what waits here has been taken already. */
export const reportedStatus = ({ status }: DeploymentStatus): string =>
  status === 'QUEUED' ? 'IN_PROGRESS' : status

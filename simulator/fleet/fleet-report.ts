import type { GroupRollout } from '../cloud/greengrass/deployments/group-rollout.ts'
import type { Execution, ExecutionStatus } from '../cloud/jobs/job.ts'
import type { ComponentStatus } from '../nucleus/status.ts'

/** How far a deployment is on one device; `notTold` before the rollout has come to it. */
export type Stage =
  | 'notTold'
  | 'queued'
  | 'inProgress'
  | 'succeeded'
  | 'failed'
  | 'rejected'
  | 'timedOut'
  | 'canceled'

/** What `genba fleet status --json` prints: an interface others rely on. */
export interface FleetReport {
  readonly v: 1
  readonly group: string
  readonly devices: number
  readonly online: number
  /** The group's latest; null before the first. */
  readonly deployment: FleetDeployment | null
  /** How many devices have which version, by component. */
  readonly versions: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly things: readonly FleetThing[]
}

export interface FleetDeployment {
  readonly deploymentId: string
  readonly name: string
  readonly revisionId: string
  /** Of the service: `ACTIVE`, `CANCELED` also where too many devices failed. */
  readonly status: string
  /** Version by component. */
  readonly components: Readonly<Record<string, string>>
  /** Each device is in one of the stages. */
  readonly stages: Readonly<Record<Stage, number>>
  /** Of those that failed: back at what they had before. */
  readonly rolledBack: number
}

export interface FleetThing {
  readonly thing: string
  readonly isOnline: boolean
  /** Null before the first deployment. */
  readonly stage: Stage | null
  readonly isRolledBack: boolean
  /** Why it failed, in the device's words. */
  readonly reason: string | null
  /** By component. */
  readonly versions: Readonly<Record<string, string>>
  readonly broken: readonly string[]
}

export interface DeviceState {
  readonly thing: string
  readonly isOnline: boolean
  readonly components: readonly Pick<ComponentStatus, 'name' | 'version' | 'state'>[]
}

const STAGES: Readonly<Record<ExecutionStatus, Stage>> = {
  QUEUED: 'queued',
  IN_PROGRESS: 'inProgress',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  REJECTED: 'rejected',
  TIMED_OUT: 'timedOut',
  REMOVED: 'canceled',
  CANCELED: 'canceled',
}

/** Puts what the service knows of the latest deployment beside what the devices are. */
export function makeFleetReport(
  group: string,
  devices: readonly DeviceState[],
  rollout: GroupRollout | undefined,
): FleetReport {
  const things = devices.map((device) => thingOf(device, rollout))
  return {
    v: 1,
    group,
    devices: things.length,
    online: things.filter(({ isOnline }) => isOnline).length,
    deployment: rollout === undefined ? null : deploymentOf(rollout, things),
    versions: countVersions(things),
    things,
  }
}

function thingOf(
  { thing, isOnline, components }: DeviceState,
  rollout: GroupRollout | undefined,
): FleetThing {
  const execution = rollout?.executions[thing]
  return {
    thing,
    isOnline,
    stage: rollout === undefined ? null : execution === undefined ? 'notTold' : STAGES[execution.status],
    isRolledBack: execution?.statusDetails['detailed-deployment-status'] === 'FAILED_ROLLBACK_COMPLETE',
    reason: reasonOf(execution),
    versions: Object.fromEntries(components.map(({ name, version }) => [name, version])),
    broken: components.filter(({ state }) => state === 'BROKEN').map(({ name }) => name),
  }
}

const reasonOf = (execution: Execution | undefined): string | null =>
  execution?.statusDetails['deployment-failure-cause'] ?? null

function deploymentOf({ deployment }: GroupRollout, things: readonly FleetThing[]): FleetDeployment {
  const { deploymentId, deploymentName, revisionId, status, components } = deployment
  const count = (wanted: Stage): number => things.filter(({ stage }) => stage === wanted).length
  return {
    deploymentId,
    name: deploymentName,
    revisionId,
    status,
    components: Object.fromEntries(
      Object.entries(components).map(([name, { componentVersion }]) => [name, componentVersion]),
    ),
    stages: {
      notTold: count('notTold'),
      queued: count('queued'),
      inProgress: count('inProgress'),
      succeeded: count('succeeded'),
      failed: count('failed'),
      rejected: count('rejected'),
      timedOut: count('timedOut'),
      canceled: count('canceled'),
    },
    rolledBack: things.filter(({ isRolledBack }) => isRolledBack).length,
  }
}

function countVersions(things: readonly FleetThing[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {}
  for (const { versions } of things) {
    for (const [name, version] of Object.entries(versions)) {
      const present = counts[name] ?? {}
      counts[name] = { ...present, [version]: (present[version] ?? 0) + 1 }
    }
  }
  return counts
}

import * as z from 'zod'
import { readIfThere, replaceFile } from '../../configuration/persisted.ts'

const DEPLOYMENT_STATUSES = ['QUEUED', 'IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'CANCELED', 'REJECTED'] as const

/** The words of the reports to cloud and command line (aws-greengrass-nucleus, DeploymentResult). */
const DETAILED_STATUSES = [
  'SUCCESSFUL',
  'FAILED_NO_STATE_CHANGE',
  'FAILED_ROLLBACK_NOT_REQUESTED',
  'FAILED_ROLLBACK_COMPLETE',
  'FAILED_UNABLE_TO_ROLLBACK',
  'REJECTED',
] as const
export type DetailedStatus = (typeof DETAILED_STATUSES)[number]

/** One deployment, from its arrival on; the outcome is there when it has ended. */
export const DeploymentStatus = z.object({
  deploymentId: z.string(),
  source: z.enum(['local', 'job', 'shadow']),
  targetArn: z.string(),
  status: z.enum(DEPLOYMENT_STATUSES),
  createdMs: z.number(),
  detailedStatus: z.enum(DETAILED_STATUSES).exactOptional(),
  failureCause: z.string().exactOptional(),
  errorStack: z.array(z.string()).readonly().exactOptional(),
  errorTypes: z.array(z.string()).readonly().exactOptional(),
})
export type DeploymentStatus = Readonly<z.output<typeof DeploymentStatus>>

const StoredRecord = DeploymentStatus.extend({ asked: z.unknown() })
const Records = z.object({ v: z.literal(1), deployments: z.array(StoredRecord) })

/** A deployment with what was asked for, as long as that is needed. */
export interface DeploymentRecord extends DeploymentStatus {
  /** The local request or the control plane's document, as it came; null when the deployment has ended. */
  readonly asked: unknown
}

/** Ended deployments that are remembered. */
const ENDED_COUNT_MAX = 50

export const hasEnded = ({ status }: Pick<DeploymentStatus, 'status'>): boolean =>
  status !== 'QUEUED' && status !== 'IN_PROGRESS'

/** Every deployment of this core in the order of arrival, on disk before anything is done about it. */
export class DeploymentRecords {
  readonly #path: string
  #records: readonly DeploymentRecord[]

  constructor(path: string) {
    this.#path = path
    const text = readIfThere(path)
    const { deployments } = text === undefined ? { deployments: [] } : Records.parse(JSON.parse(text))
    this.#records = deployments
  }

  all(): readonly DeploymentRecord[] {
    return this.#records
  }

  get(deploymentId: string): DeploymentRecord | undefined {
    return this.#records.find((record) => record.deploymentId === deploymentId)
  }

  /** The same id once more takes the place of the earlier one. */
  add(record: DeploymentRecord): void {
    this.#write([...this.#records.filter(({ deploymentId }) => deploymentId !== record.deploymentId), record])
  }

  change(deploymentId: string, change: Partial<DeploymentRecord>): DeploymentRecord | undefined {
    this.#write(
      this.#records.map((record) =>
        record.deploymentId === deploymentId ? { ...record, ...change } : record,
      ),
    )
    return this.get(deploymentId)
  }

  #write(records: readonly DeploymentRecord[]): void {
    const surplus = records.filter(hasEnded).length - ENDED_COUNT_MAX
    const dropped = new Set(records.filter(hasEnded).slice(0, Math.max(0, surplus)))
    this.#records = records.filter((record) => !dropped.has(record))
    replaceFile(this.#path, `${JSON.stringify({ v: 1, deployments: this.#records })}\n`)
  }
}

/** How a deployment ended. */
export type DeploymentOutcome = Pick<
  DeploymentStatus,
  'status' | 'detailedStatus' | 'failureCause' | 'errorStack' | 'errorTypes'
>

export const SUCCESS: DeploymentOutcome = { status: 'SUCCEEDED', detailedStatus: 'SUCCESSFUL' }

/** A failure as it is written down. */
export interface WrittenFailure {
  readonly message: string
  readonly errorStack: readonly string[]
  readonly errorTypes: readonly string[]
}

export const failed = (
  detailedStatus: DetailedStatus,
  { message, errorStack, errorTypes }: WrittenFailure,
): DeploymentOutcome => ({
  status: detailedStatus === 'REJECTED' ? 'REJECTED' : 'FAILED',
  detailedStatus,
  failureCause: message,
  errorStack,
  errorTypes,
})

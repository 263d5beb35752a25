import * as z from 'zod'
import { type Execution, isTerminal } from './job.ts'

/** UpdateJobExecution, as a device sends it. */
export const ExecutionUpdate = z.object({
  status: z.enum(['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'REJECTED', 'CANCELED']),
  statusDetails: z.record(z.string(), z.string()).nullish(),
  expectedVersion: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).optional(),
  includeJobExecutionState: z.boolean().optional(),
  includeJobDocument: z.boolean().optional(),
})
export type ExecutionUpdate = Readonly<z.output<typeof ExecutionUpdate>>

/** Error codes of the Jobs MQTT API. */
export type JobErrorCode =
  | 'InvalidTopic'
  | 'InvalidJson'
  | 'InvalidRequest'
  | 'InvalidStateTransition'
  | 'ResourceNotFound'
  | 'VersionMismatch'
  | 'TerminalStateReached'

export interface Rejection {
  readonly code: JobErrorCode
  readonly message: string
}

/** What an execution becomes by a device's report, or why it stays. */
export function updateExecution(
  execution: Execution,
  update: ExecutionUpdate,
  nowMs: number,
): { readonly execution: Execution } | { readonly rejection: Rejection } {
  const { status, statusDetails, expectedVersion } = update
  if (expectedVersion !== undefined && expectedVersion !== execution.versionNumber) {
    return reject(
      'VersionMismatch',
      `The version of the execution is ${execution.versionNumber}, not ${expectedVersion}`,
    )
  }
  if (isTerminal(execution)) {
    return reject('InvalidStateTransition', `The execution is ${execution.status}, which is its end`)
  }
  return {
    execution: {
      ...execution,
      status,
      statusDetails: { ...execution.statusDetails, ...statusDetails },
      startedMs: execution.startedMs ?? nowMs,
      updatedMs: nowMs,
      versionNumber: execution.versionNumber + 1,
    },
  }
}

const reject = (code: JobErrorCode, message: string): { readonly rejection: Rejection } => ({
  rejection: { code, message },
})

/** An execution that the cloud ends: time is up, or the job is cancelled. Undefined where it has ended already. */
export function endExecution(
  execution: Execution,
  status: 'TIMED_OUT' | 'CANCELED',
  nowMs: number,
): Execution | undefined {
  if (isTerminal(execution)) return undefined
  return { ...execution, status, updatedMs: nowMs, versionNumber: execution.versionNumber + 1 }
}

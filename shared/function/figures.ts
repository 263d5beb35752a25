import type { FailureCause } from './call.ts'

export interface FunctionFigures {
  readonly name: string
  readonly waiting: number
  readonly waitingBytes: number
  /** Age of the oldest input that has not ended; 0 when none waits. */
  readonly oldestMs: number
  readonly atWork: number
  readonly workers: number
  readonly accepted: number
  readonly refused: number
  readonly done: number
  /** Attempts that failed, by cause. */
  readonly failures: Readonly<Record<FailureCause, number>>
  readonly retries: number
  readonly setAside: number
  readonly workersStarted: number
  readonly workersRecycled: number
  readonly logLinesSuppressed: number
}

export interface PoolFigures {
  readonly functions: readonly FunctionFigures[]
  readonly setAside: number
  /** Set aside and then lost because the bound was reached. */
  readonly setAsideDropped: number
  /** Calls for an input that was queued or set aside already. */
  readonly repeated: number
}

import { type Execution, isTerminal, type Job, type JobConfiguration } from './job.ts'

/** What is to be done for a job now. */
export interface RolloutPlan {
  /** Things to notify, in their order. */
  readonly start: readonly string[]
  /** Things that took too long. */
  readonly timedOut: readonly string[]
  /** Too many things failed: the job is given up. */
  readonly isAborted: boolean
  /** When to look again, though nothing happens before; undefined where time alone changes nothing. */
  readonly againMs: number | undefined
}

const MINUTE_MS = 60_000
/** "maximumPerMinute: the maximum number of devices that receive a pending job request, per minute": default 1000. */
export const DEFAULT_MAXIMUM_PER_MINUTE = 1000

/**
 * Decides what a job does next. In any minute no more things are notified than the rate at its end allows. A job that
 * is given up notifies nobody.
 * @param targets members of the job's group, in the order in which they are notified
 */
export function planRollout(
  job: Pick<Job, 'executions' | 'configuration'>,
  targets: readonly string[],
  nowMs: number,
): RolloutPlan {
  const { configuration } = job
  const timedOut = findTimedOut(job, nowMs)
  const executions = Object.entries(job.executions).map(
    ([thing, execution]): Execution =>
      timedOut.includes(thing) ? { ...execution, status: 'TIMED_OUT' } : execution,
  )
  if (mustAbort(executions, configuration)) {
    return { start: [], timedOut, isAborted: true, againMs: undefined }
  }
  const waiting = targets.filter((thing) => job.executions[thing] === undefined)
  const recentMs = executions
    .map(({ queuedMs }) => queuedMs)
    .filter((queuedMs) => queuedMs > nowMs - MINUTE_MS)
    .sort((left, right) => left - right)
  const room = Math.max(0, ratePerMinute(executions, configuration) - recentMs.length)
  const start = waiting.slice(0, room)
  const moments = [
    // The place of the oldest of the last minute becomes free; with the whole room used, a minute from now.
    ...(waiting.length > start.length ? [(recentMs[0] ?? nowMs) + MINUTE_MS] : []),
    ...timeOutMoments(job, timedOut),
  ]
  return { start, timedOut, isAborted: false, againMs: moments.length > 0 ? Math.min(...moments) : undefined }
}

/** Whole things a minute; at least one, so that every rollout comes to its end. */
export function ratePerMinute(executions: readonly Execution[], configuration: JobConfiguration): number {
  const maximum = configuration.maximumPerMinute ?? DEFAULT_MAXIMUM_PER_MINUTE
  const { exponentialRate } = configuration
  if (exponentialRate === undefined) return maximum
  const { baseRatePerMinute, incrementFactor, rateIncreaseCriteria } = exponentialRate
  const { numberOfNotifiedThings, numberOfSucceededThings } = rateIncreaseCriteria
  const succeeded = executions.filter(({ status }) => status === 'SUCCEEDED').length
  const increases =
    numberOfNotifiedThings !== undefined
      ? Math.floor(executions.length / numberOfNotifiedThings)
      : numberOfSucceededThings !== undefined
        ? Math.floor(succeeded / numberOfSucceededThings)
        : 0
  return Math.max(1, Math.min(maximum, Math.floor(baseRatePerMinute * incrementFactor ** increases)))
}

/** Shares are of the things that have come to an end by themselves. */
function mustAbort(executions: readonly Execution[], { abortCriteria = [] }: JobConfiguration): boolean {
  const executed = executions.filter(({ status }) =>
    ['SUCCEEDED', 'FAILED', 'REJECTED', 'TIMED_OUT'].includes(status),
  )
  return abortCriteria.some(({ failureType, thresholdPercentage, minNumberOfExecutedThings }) => {
    if (executed.length < Math.max(1, minNumberOfExecutedThings)) return false
    const failed = executed.filter(({ status }) =>
      failureType === 'ALL' ? status !== 'SUCCEEDED' : status === failureType,
    )
    return failed.length > 0 && (failed.length / executed.length) * 100 >= thresholdPercentage
  })
}

type Timed = Pick<Job, 'executions' | 'configuration'>

const findTimedOut = (job: Timed, nowMs: number): string[] =>
  deadlines(job)
    .filter(({ deadlineMs }) => deadlineMs <= nowMs)
    .map(({ thing }) => thing)

const timeOutMoments = (job: Timed, timedOut: readonly string[]): number[] =>
  deadlines(job)
    .filter(({ thing }) => !timedOut.includes(thing))
    .map(({ deadlineMs }) => deadlineMs)

/** Time runs from the moment a thing has begun, not from its notification. */
function deadlines({ executions, configuration }: Timed): { thing: string; deadlineMs: number }[] {
  const { inProgressTimeoutMinutes } = configuration
  if (inProgressTimeoutMinutes === undefined) return []
  return Object.entries(executions).flatMap(([thing, execution]) =>
    execution.startedMs === undefined || isTerminal(execution)
      ? []
      : [{ thing, deadlineMs: execution.startedMs + inProgressTimeoutMinutes * MINUTE_MS }],
  )
}

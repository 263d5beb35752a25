import type { SchedulerLike } from 'rxjs'
import { wait } from '../../shared/time/wait.ts'

/** Waits so long, or until the source is to stop. @returns true then */
export async function isAbortedWithin(
  ms: number,
  scheduler: SchedulerLike,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await wait(scheduler, ms, signal)
    return false
  } catch (error) {
    if (signal.aborted) return true
    throw error
  }
}

import type { SchedulerLike } from 'rxjs'
import type { Clock } from '../time/time.ts'
import { wait } from '../time/wait.ts'

/** Plays recorded time back: N seconds of the file pass in one second. */
export interface Pace {
  /** How long the row of this time has to wait; 0 when it is due. The first row is due at once. */
  dueInMs(timeUs: number): number
  /** @throws the signal's reason when it is aborted */
  waitFor(timeUs: number, signal: AbortSignal): Promise<void>
}

/** A timer of the platform overflows after 24 days; gaps in files may be longer. */
const WAIT_MS_MAX = 3_600_000

export function createPace(speed: number, scheduler: SchedulerLike, clock: Clock): Pace {
  let anchor: { readonly timeUs: number; readonly atMs: number } | undefined
  const dueInMs = (timeUs: number): number => {
    anchor ??= { timeUs, atMs: clock.monotonicMs() }
    const dueMs = anchor.atMs + (timeUs - anchor.timeUs) / 1000 / speed
    return Math.max(0, dueMs - clock.monotonicMs())
  }
  return {
    dueInMs,
    async waitFor(timeUs, signal) {
      for (let leftMs = dueInMs(timeUs); leftMs > 0; leftMs = dueInMs(timeUs)) {
        // Rounded up: a timer that fires a fraction early would be set again and again.
        await wait(scheduler, Math.ceil(Math.min(leftMs, WAIT_MS_MAX)), signal)
      }
    },
  }
}

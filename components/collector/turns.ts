import type { SchedulerLike } from 'rxjs'
import type { Clock } from '../../shared/time/time.ts'
import { wait } from '../../shared/time/wait.ts'
import { TURN_BATCHES, TURN_MS } from './limits.ts'

/** Gives way to everything else in the process when a source has had its turn. */
export interface Turns {
  /** @param hasWorked a batch was taken since the last call; otherwise others have had their turn already */
  next(hasWorked: boolean): Promise<void>
}

export function createTurns(scheduler: SchedulerLike, clock: Clock): Turns {
  let sinceMs = clock.monotonicMs()
  let batches = 0
  return {
    async next(hasWorked) {
      batches += 1
      const isOver = batches >= TURN_BATCHES || clock.monotonicMs() - sinceMs >= TURN_MS
      if (hasWorked && !isOver) return
      if (hasWorked) await wait(scheduler, 0)
      sinceMs = clock.monotonicMs()
      batches = 0
    },
  }
}

import type { SchedulerLike, Subscription } from 'rxjs'

/** A pause that doubles with every failure until something succeeds. */
export interface Backoff {
  readonly isPausing: boolean
  /** Starts a pause, unless one runs; `onEnd` is called after it. Returns its length, 0 when one runs already. */
  fail(onEnd: () => void): number
  succeed(): void
  /** Ends a running pause without calling anything. */
  stop(): void
}

export function createBackoff(
  scheduler: SchedulerLike,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): Backoff {
  let nextMs = firstMs
  let timer: Subscription | undefined
  return {
    get isPausing() {
      return timer !== undefined
    },
    fail(onEnd) {
      if (timer) return 0
      const pauseMs = nextMs
      nextMs = Math.min(nextMs * 2, maxMs)
      timer = scheduler.schedule(() => {
        timer = undefined
        onEnd()
      }, pauseMs)
      return pauseMs
    },
    succeed() {
      nextMs = firstMs
    },
    stop() {
      timer?.unsubscribe()
      timer = undefined
    },
  }
}

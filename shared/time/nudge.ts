import type { SchedulerLike } from 'rxjs'

/** Wakes one waiter; a call while nobody waits is remembered. */
export interface Nudge {
  call(): void
  /** @throws the signal's reason once it is aborted */
  wait(timeoutMs: number, signal: AbortSignal): Promise<'called' | 'timeout'>
}

export function createNudge(scheduler: SchedulerLike): Nudge {
  let isCalled = false
  let wake: (() => void) | undefined
  return {
    call() {
      isCalled = true
      wake?.()
    },
    async wait(timeoutMs, signal) {
      signal.throwIfAborted()
      if (!isCalled) {
        await new Promise<void>((resolve) => {
          const timer = scheduler.schedule(() => wake?.(), timeoutMs)
          const onAbort = () => wake?.()
          signal.addEventListener('abort', onAbort)
          wake = () => {
            wake = undefined
            timer.unsubscribe()
            signal.removeEventListener('abort', onAbort)
            resolve()
          }
        })
        signal.throwIfAborted()
      }
      const outcome = isCalled ? 'called' : 'timeout'
      isCalled = false
      return outcome
    },
  }
}

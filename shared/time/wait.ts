import type { SchedulerLike } from 'rxjs'

/**
 * Resolves after `ms` on the scheduler's clock. An abort ends the wait at once, and nothing stays scheduled.
 *
 * @throws the signal's reason when it is or becomes aborted
 */
export function wait(scheduler: SchedulerLike, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const onAbort = () => {
      timer.unsubscribe()
      reject(signal?.reason)
    }
    const timer = scheduler.schedule(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * The outcome of `promise`, or the error of `onLate` when it takes longer than `ms`. The late outcome itself is
 * dropped: whoever started the work must be able to bear that.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  ms: number,
  scheduler: SchedulerLike,
  onLate: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = scheduler.schedule(() => reject(onLate()), ms)
    promise.then(
      (value) => {
        timer.unsubscribe()
        resolve(value)
      },
      (error) => {
        timer.unsubscribe()
        reject(error)
      },
    )
  })
}

export interface RetryOptions<T> {
  /** Pause after the first failure; it doubles up to `maxMs`. No jitter: a core has one client of each kind. */
  readonly firstMs: number
  readonly maxMs: number
  /** The only way to give up. */
  readonly signal?: AbortSignal
  /** Called with 0, 1, 2 … */
  readonly attempt: (index: number) => Promise<T>
  /** Told of every failure before the pause, so that none is silent. */
  readonly onFailure?: (error: unknown, pauseMs: number) => void
}

/**
 * Tries until an attempt succeeds.
 *
 * @throws the signal's reason once it is aborted
 */
export async function retry<T>(scheduler: SchedulerLike, options: RetryOptions<T>): Promise<T> {
  const { firstMs, maxMs, signal, attempt, onFailure } = options
  for (let index = 0, pauseMs = firstMs; ; index++, pauseMs = Math.min(pauseMs * 2, maxMs)) {
    signal?.throwIfAborted()
    try {
      return await attempt(index)
    } catch (error) {
      signal?.throwIfAborted()
      onFailure?.(error, pauseMs)
    }
    await wait(scheduler, pauseMs, signal)
  }
}

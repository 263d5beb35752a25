import type { SchedulerLike } from 'rxjs'
import type { Reply } from '../contract/reply.ts'

/** The pages of one request as they come in. */
export interface Exchange {
  /** Called for every reply with the id of this request. */
  accept(reply: Reply): void
  /**
   * The next page in order; undefined when it was lost on the way, its historian is gone, or it has not come within
   * `deadlineMs`.
   * @throws the signal's reason once it is aborted
   */
  next(deadlineMs: number): Promise<Reply | undefined>
}

/** @param gone aborted when the historian that was asked is known to be no more */
export function createExchange(
  scheduler: SchedulerLike,
  gone: AbortSignal,
  signal: AbortSignal | undefined,
): Exchange {
  /** In order and without gap; at most as many as the request's credit. */
  const arrived: Reply[] = []
  let expectedPage = 0
  let isLost = false
  let wake: (() => void) | undefined

  return {
    accept(reply) {
      // A page that comes twice is old news; one that comes too early means that one before it is gone.
      if (reply.head.page < expectedPage || isLost) return
      if (reply.head.page > expectedPage) isLost = true
      else {
        arrived.push(reply)
        expectedPage += 1
      }
      wake?.()
    },
    async next(deadlineMs) {
      signal?.throwIfAborted()
      if (arrived.length === 0 && !isLost && !gone.aborted) {
        await new Promise<void>((resolve) => {
          const late = scheduler.schedule(() => wake?.(), deadlineMs)
          const onAbort = () => wake?.()
          for (const each of [gone, signal]) each?.addEventListener('abort', onAbort)
          wake = () => {
            wake = undefined
            late.unsubscribe()
            for (const each of [gone, signal]) each?.removeEventListener('abort', onAbort)
            resolve()
          }
        })
      }
      signal?.throwIfAborted()
      return arrived.shift()
    },
  }
}

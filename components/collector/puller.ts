import type { SchedulerLike } from 'rxjs'
import type { SourceBatch } from '../../shared/source/source.ts'
import { createNudge } from '../../shared/time/nudge.ts'

/** Asks a source for one batch at a time, without being stuck while there is none. */
export interface Puller {
  /**
   * The next batch, `ended` after the last, or `timeout` when none has come within the time; then the same
   * question stays open, and the next call goes on waiting for its answer.
   *
   * @throws what the source throws, and the signal's reason once it is aborted
   */
  next(timeoutMs: number): Promise<SourceBatch | 'ended' | 'timeout'>
  /** The batch that was under way when the signal came, if it comes within the time. The source is left after it. */
  last(timeoutMs: number): Promise<SourceBatch | undefined>
}

type Outcome = { readonly result: IteratorResult<SourceBatch> } | { readonly error: unknown }

export function createPuller(
  batches: AsyncIterable<SourceBatch>,
  scheduler: SchedulerLike,
  signal: AbortSignal,
): Puller {
  const iterator = batches[Symbol.asyncIterator]()
  const nudge = createNudge(scheduler)
  const never = new AbortController().signal
  let isAsking = false
  let outcome: Outcome | undefined

  function ask(): void {
    isAsking = true
    iterator
      .next()
      .then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      )
      .then((settled) => {
        outcome = settled
        isAsking = false
        nudge.call()
      })
  }

  function take(): IteratorResult<SourceBatch> | undefined {
    const taken = outcome
    outcome = undefined
    if (taken === undefined) return undefined
    if ('error' in taken) throw taken.error
    return taken.result
  }

  return {
    async next(timeoutMs) {
      if (!isAsking && outcome === undefined) ask()
      if (outcome === undefined) await nudge.wait(timeoutMs, signal)
      signal.throwIfAborted()
      const result = take()
      if (result === undefined) return 'timeout'
      return result.done === true ? 'ended' : result.value
    },
    async last(timeoutMs) {
      if (isAsking) await nudge.wait(timeoutMs, never)
      const wasAnswered = !isAsking
      const settled = outcome
      outcome = undefined
      // A generator that still waits for something would also keep its caller waiting here.
      if (wasAnswered) await iterator.return?.()
      return settled && 'result' in settled && settled.result.done !== true ? settled.result.value : undefined
    },
  }
}

import type { Timer } from '../../timer.ts'

export interface Deadline {
  /** Aborted when the time is up, or with `parent`. */
  readonly signal: AbortSignal
  clear(): void
}

export function deadline(timer: Timer, limitMs: number, parent: AbortSignal): Deadline {
  const up = new AbortController()
  const cleared = new AbortController()
  timer.sleep(limitMs, cleared.signal).then(
    () => up.abort(new Error('the time is up')),
    () => {},
  )
  return { signal: AbortSignal.any([up.signal, parent]), clear: () => cleared.abort() }
}

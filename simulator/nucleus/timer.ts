/** Time as the nucleus's decisions see it. */
export interface Timer {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Resolves after the time; rejects with the signal's reason when that comes first. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
}

/** setTimeout takes no more at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

export const REAL_TIMER: Timer = {
  nowMs: () => Date.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        },
        Math.min(delayMs, DELAY_MS_MAX),
      )
      signal.addEventListener('abort', onAbort, { once: true })
    }),
}

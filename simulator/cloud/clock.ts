/** Time as the services of the cloud see it. */
export interface CloudClock {
  /** Milliseconds since 1970 UTC. */
  nowMs(): number
  /** Calls once. @returns takes the call back */
  after(delayMs: number, action: () => void): () => void
}

export const realClock: CloudClock = {
  nowMs: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    // A deployment that waits for its time keeps no process alive.
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Frames over which it is told: some seconds of a machine, so that those of a start are soon forgotten. */
const FRAMES_MAX = 64

/** How long live frames took from their arrival on the bus until they were processed, the wait for their commit included. */
export class LiveLatency {
  readonly #recentMs: number[] = []
  #count = 0

  /** @param arrivedMs undefined for what was read from the log */
  note(arrivedMs: number | undefined, nowMs: number): void {
    if (arrivedMs === undefined) return
    this.#recentMs[this.#count % FRAMES_MAX] = nowMs - arrivedMs
    this.#count += 1
  }

  /** Frames since the start. */
  get count(): number {
    return this.#count
  }

  /** Of the newest frames; NaN before the first. */
  medianMs(): number {
    const sorted = [...this.#recentMs].sort((left, right) => left - right)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
}

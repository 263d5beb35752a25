/** Upper bounds of the histogram in milliseconds: fine where deadlines are, coarse beyond. */
const BOUNDS_MS = [
  1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000,
]

export interface LatencyFigures {
  readonly count: number
  /** Actions that came after the rule's deadline. */
  readonly missed: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
  /** Actions by latency: up to each bound, and beyond the last. */
  readonly histogram: readonly { readonly upToMs: number | null; readonly count: number }[]
}

/** Latencies of one rule, from the time of the sample to the end of the action, since the process began. */
export class Latency {
  readonly #counts = new Array<number>(BOUNDS_MS.length + 1).fill(0)
  #count = 0
  #missed = 0
  #maxMs = 0

  /** @param latencyMs below 0 when the clock of the source is ahead of ours; counted as 0 */
  note(latencyMs: number, deadlineMs: number | undefined): void {
    const ms = Math.max(0, latencyMs)
    const index = BOUNDS_MS.findIndex((bound) => ms <= bound)
    const slot = index < 0 ? BOUNDS_MS.length : index
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
    this.#count++
    this.#maxMs = Math.max(this.#maxMs, ms)
    if (deadlineMs !== undefined && ms > deadlineMs) this.#missed++
  }

  get missed(): number {
    return this.#missed
  }

  figures(): LatencyFigures {
    return {
      count: this.#count,
      missed: this.#missed,
      p50Ms: this.#quantile(0.5),
      p99Ms: this.#quantile(0.99),
      maxMs: this.#count === 0 ? null : this.#maxMs,
      histogram: this.#counts.map((count, index) => ({ upToMs: BOUNDS_MS[index] ?? null, count })),
    }
  }

  /** The bound below which this share of the actions was done: never better than it was. */
  #quantile(share: number): number | null {
    if (this.#count === 0) return null
    let seen = 0
    for (const [index, count] of this.#counts.entries()) {
      seen += count
      if (seen >= share * this.#count)
        return Math.min(BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY, this.#maxMs)
    }
    return this.#maxMs
  }
}

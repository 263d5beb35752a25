import type { Gateway } from '../cli/gateway.ts'
import { REFLEX_TOPIC } from './load.ts'

/** How regularly the processor answers the samples of a live machine. */
export class LiveWatch {
  #lastMs = performance.now()
  #largestMs = 0

  static async start({ nucleus }: Pick<Gateway, 'nucleus'>): Promise<LiveWatch> {
    const watch = new LiveWatch()
    await nucleus.bus('genba.Updates').subscribe(REFLEX_TOPIC, () => watch.#note())
    return watch
  }

  /** Forgets what was: a gateway that starts is no gap. */
  reset(): void {
    this.#lastMs = performance.now()
    this.#largestMs = 0
  }

  /** So far, the present one included. */
  largestGapMs(): number {
    return Math.round(Math.max(this.#largestMs, performance.now() - this.#lastMs))
  }

  #note(): void {
    const nowMs = performance.now()
    this.#largestMs = Math.max(this.#largestMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
  }
}

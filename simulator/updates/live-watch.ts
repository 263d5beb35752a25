import type { Gateway } from '../cli/gateway.ts'
import { REFLEX_TOPIC } from './load.ts'

/** How regularly the processor answers the samples of a live machine. */
export class LiveWatch {
  #lastMs = performance.now()
  #largestMs = 0
  #answers = 0

  /** @param principal under which it listens */
  static async start({ nucleus }: Pick<Gateway, 'nucleus'>, principal: string): Promise<LiveWatch> {
    const watch = new LiveWatch()
    await nucleus.bus(principal).subscribe(REFLEX_TOPIC, () => watch.#note())
    return watch
  }

  /** Since the start. */
  get answers(): number {
    return this.#answers
  }

  /** Forgets what was: a gateway that starts is no gap. */
  reset(): void {
    this.#lastMs = performance.now()
    this.#largestMs = 0
  }

  /** Between two answers since the last reset, the present pause included. */
  largestGapMs(): number {
    return Math.round(Math.max(this.#largestMs, performance.now() - this.#lastMs))
  }

  #note(): void {
    const nowMs = performance.now()
    this.#largestMs = Math.max(this.#largestMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    this.#answers += 1
  }
}

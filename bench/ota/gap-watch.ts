import { setTimeout as pause } from 'node:timers/promises'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { LiveWatch } from '../../simulator/updates/live-watch.ts'
import { LIVE_TAG } from '../../simulator/updates/load.ts'

/** The largest time without anything, in seconds. */
export interface Gaps {
  /** Between two answers of the reflex at a subscriber of its topic: how long nothing acted. */
  readonly reflexSeconds: number
  /** Between two stored samples of the machine, by their event times: what was not seen. */
  readonly storedSeconds: number
}

const POLL_MS = 20
/** After a change the reflex must come again, and what it answered must be in the store. */
const AGAIN_MS_MAX = 60_000
/** Of samples before the change, so that the gap at its beginning is one between two samples. */
const BEFORE_US = 1_000_000

/** Sees the live data of a gateway, as somebody at the machine would. */
export class GapWatch {
  readonly #gateway: Gateway
  readonly #reflex: LiveWatch

  private constructor(gateway: Gateway, reflex: LiveWatch) {
    this.#gateway = gateway
    this.#reflex = reflex
  }

  static async of(gateway: Gateway): Promise<GapWatch> {
    return new GapWatch(gateway, await LiveWatch.start(gateway, 'bench'))
  }

  /** Gaps while `change` is carried out, up to the first live data after it. */
  async during<Result>(change: () => Promise<Result>): Promise<{ result: Result; gaps: Gaps }> {
    await this.#untilNext()
    this.#reflex.reset()
    const fromUs = nowUs()
    const result = await change()
    await this.#untilNext()
    const reflexSeconds = this.#reflex.largestGapMs() / 1000
    const storedSeconds = await this.#storedGap(fromUs, nowUs())
    return { result, gaps: { reflexSeconds, storedSeconds } }
  }

  async #untilNext(): Promise<void> {
    const { answers } = this.#reflex
    for (const startMs = performance.now(); this.#reflex.answers === answers; await pause(POLL_MS)) {
      if (performance.now() - startMs > AGAIN_MS_MAX) throw new Error('the reflex has not come for a minute')
    }
  }

  async #storedGap(fromUs: number, toUs: number): Promise<number> {
    const startMs = performance.now()
    for (;;) {
      const timesUs = await this.#storedTimes(fromUs - BEFORE_US)
      if ((timesUs.at(-1) ?? 0) >= toUs) {
        const gapsUs = timesUs.slice(1).map((timeUs, index) => timeUs - (timesUs[index] ?? timeUs))
        return Math.max(0, ...gapsUs) / 1e6
      }
      if (performance.now() - startMs > AGAIN_MS_MAX) throw new Error('nothing was stored for a minute')
      await pause(POLL_MS)
    }
  }

  async #storedTimes(fromUs: number): Promise<readonly number[]> {
    const timesUs: number[] = []
    const query = { tags: [LIVE_TAG], fromUs }
    for await (const { columns } of this.#gateway.historian.range(query)) {
      for (const column of columns) timesUs.push(...column.timesUs)
    }
    return timesUs.sort((left, right) => left - right)
  }
}

const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000

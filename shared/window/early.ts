import type { Slice } from './aligned-window.ts'
import type { WindowDefinition } from './definition.ts'

/** The part of a key's state that a trigger keeps. */
interface EarlyState {
  /** The sample that gets here makes answers due that hold what came before it. */
  earlyUs: number
}

/**
 * When windows answer before their end. Both triggers are places in the stream of samples of the key, not ends of
 * frames, so that they do not depend on how samples are packed.
 */
export class EarlyTrigger {
  readonly everySamples: number
  readonly #everyUs: number
  readonly #state: EarlyState

  constructor({ everyUs, everySamples }: NonNullable<WindowDefinition['early']>, state: EarlyState) {
    this.#state = state
    this.#everyUs = everyUs ?? Number.POSITIVE_INFINITY
    this.everySamples = everySamples ?? Number.POSITIVE_INFINITY
  }

  /** Whether a sample comes to the next multiple of `everyUs`; if so, the one after is next. */
  passes(timeUs: number): boolean {
    if (timeUs < this.#state.earlyUs || this.#everyUs === Number.POSITIVE_INFINITY) return false
    this.#state.earlyUs = (Math.floor(timeUs / this.#everyUs) + 1) * this.#everyUs
    return true
  }

  /** The time of the sample at which early answers are due; Infinity when no time is. */
  get stopUs(): number {
    return this.#everyUs === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : this.#state.earlyUs
  }

  /** The end of a run, cut where early answers are due: before a sample by time, after one by number. */
  cut(slice: Slice | string, timesUs: Float64Array, from: number, to: number): number {
    const cut = this.#cutTime(timesUs, from, to)
    if (typeof slice === 'string') return cut
    return slice.windows.reduce((end, { isClosed, fresh }) => {
      // Another definition may ask for fewer samples than there are already.
      const room = Math.max(1, this.everySamples - fresh)
      return isClosed ? end : Math.min(end, from + room)
    }, cut)
  }

  #cutTime(timesUs: Float64Array, from: number, to: number): number {
    if (this.#everyUs === Number.POSITIVE_INFINITY) return to
    for (let index = from + 1; index < to; index++) {
      if ((timesUs[index] as number) >= this.#state.earlyUs) return index
    }
    return to
  }
}

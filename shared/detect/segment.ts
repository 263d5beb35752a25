import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'

/** Share of the mean interval by which a single one may differ: beyond it the lines of a spectrum smear. */
const JITTER_MAX = 0.01
/** Times are whole microseconds: an interval of 39.0625 us comes as 39 or 40, which is no jitter of the source. */
const ROUNDING_US = 1
/** Intervals after which a segment is given up: what comes after such a gap belongs to the next one. */
const GAP_INTERVALS = 4

const State = z.object({
  startUs: PastInstant,
  lastUs: PastInstant,
  shortestUs: z.number(),
  longestUs: z.number(),
  values: z.array(z.number()),
  refused: z.number(),
})

/** A whole segment of uniform samples. */
export interface Segment {
  /** Time of its last sample. */
  readonly endUs: number
  readonly rateHz: number
  readonly values: readonly number[]
}

/** Gathers uniform segments; those with jitter or gaps are counted and let go. */
export class Segments {
  /** Segments that were not uniform. */
  refused = 0
  readonly #size: number
  readonly #everyUs: number
  #startUs = Number.NEGATIVE_INFINITY
  #lastUs = Number.NEGATIVE_INFINITY
  #shortestUs = 0
  #longestUs = 0
  #values: number[] = []

  constructor(size: number, everyUs: number) {
    this.#size = size
    this.#everyUs = everyUs
  }

  /** Takes a sample and gives the segment that it completes. */
  add(timeUs: number, value: number): Segment | undefined {
    if (this.#values.length === 0) {
      if (timeUs - this.#startUs < this.#everyUs) return undefined
      this.#begin(timeUs, value)
      return undefined
    }
    const intervalUs = timeUs - this.#lastUs
    if (this.#isGap(intervalUs)) {
      this.refused++
      this.#begin(timeUs, value)
      return undefined
    }
    this.#values.push(value)
    this.#lastUs = timeUs
    const isFirst = this.#values.length === 2
    this.#shortestUs = isFirst ? intervalUs : Math.min(this.#shortestUs, intervalUs)
    this.#longestUs = isFirst ? intervalUs : Math.max(this.#longestUs, intervalUs)
    return this.#values.length < this.#size ? undefined : this.#complete()
  }

  #isGap(intervalUs: number): boolean {
    const seen = this.#values.length - 1
    return seen > 0 && intervalUs > (GAP_INTERVALS * (this.#lastUs - this.#startUs)) / seen + ROUNDING_US
  }

  #begin(timeUs: number, value: number): void {
    this.#startUs = timeUs
    this.#lastUs = timeUs
    this.#values = [value]
  }

  #complete(): Segment | undefined {
    const values = this.#values
    this.#values = []
    const meanUs = (this.#lastUs - this.#startUs) / (values.length - 1)
    const worstUs = Math.max(this.#longestUs - meanUs, meanUs - this.#shortestUs) - ROUNDING_US
    if (!(worstUs <= JITTER_MAX * meanUs) || meanUs === 0) {
      this.refused++
      return undefined
    }
    return { endUs: this.#lastUs, rateHz: 1e6 / meanUs, values }
  }

  write(): Json {
    return {
      startUs: writePastInstant(this.#startUs),
      lastUs: writePastInstant(this.#lastUs),
      shortestUs: this.#shortestUs,
      longestUs: this.#longestUs,
      values: this.#values,
      refused: this.refused,
    }
  }

  restore(state: unknown): void {
    const { startUs, lastUs, shortestUs, longestUs, values, refused } = State.parse(state)
    this.#startUs = startUs
    this.#lastUs = lastUs
    this.#shortestUs = shortestUs
    this.#longestUs = longestUs
    this.#values = values
    this.refused = refused
  }
}

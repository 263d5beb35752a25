import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'

const State = z.tuple([PastInstant, z.number(), z.number()])

/**
 * Rational subgroups (Shewhart): the mean of each aligned span of event time is one point. Neighbouring samples of a
 * slow process are nearly the same value, and charts are made for values that are not. A subgroup is complete when a
 * sample of a later one comes; its point has the time of its end.
 */
export class Subgroups {
  readonly #sizeUs: number
  #startUs = Number.NEGATIVE_INFINITY
  #count = 0
  #mean = 0

  constructor(sizeUs: number) {
    this.#sizeUs = sizeUs
  }

  /** Takes a sample; `point` is called first with the subgroup before it, if that is complete now. */
  add(timeUs: number, value: number, point: (timeUs: number, mean: number) => void): void {
    const startUs = Math.floor(timeUs / this.#sizeUs) * this.#sizeUs
    if (startUs !== this.#startUs) {
      if (this.#count > 0) point(this.#startUs + this.#sizeUs, this.#mean)
      this.#startUs = startUs
      this.#count = 0
      this.#mean = 0
    }
    this.#count++
    this.#mean += (value - this.#mean) / this.#count
  }

  write(): Json {
    return [writePastInstant(this.#startUs), this.#count, this.#mean]
  }

  restore(state: unknown): void {
    const [startUs, count, mean] = State.parse(state)
    this.#startUs = startUs
    this.#count = count
    this.#mean = mean
  }
}

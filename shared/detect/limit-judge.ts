import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'
import type { Limits } from './config.ts'
import type { FindingSink } from './detector.ts'

const State = z.tuple([z.boolean(), PastInstant, PastInstant, PastInstant])

/**
 * Judges a value, or a statistic of values, against one or two limits with hysteresis and hold time. Time passes by
 * samples alone: silence is no sign that a value still holds, so an alarm is raised by the first sample at which
 * the hold time has passed.
 *
 * At one instant it begins at most once and ends at most once, however many values the instant has.
 */
export class LimitJudge {
  readonly above: number
  readonly below: number
  readonly #hysteresis: number
  readonly #holdUs: number
  #isRaised = false
  /** Since when samples violate the limit without a break; -Infinity while they do not. */
  #violatedSinceUs = Number.NEGATIVE_INFINITY
  #lastRaisedUs = Number.NEGATIVE_INFINITY
  #lastClearedUs = Number.NEGATIVE_INFINITY

  constructor({ above = Infinity, below = -Infinity, hysteresis, hold: holdUs }: Limits) {
    this.above = above
    this.below = below
    this.#hysteresis = hysteresis
    this.#holdUs = holdUs
  }

  get isRaised(): boolean {
    return this.#isRaised
  }

  /** Values within the limits change nothing: whoever has many may look for the first that is not. */
  get isQuiet(): boolean {
    return !this.#isRaised && this.#violatedSinceUs === Number.NEGATIVE_INFINITY
  }

  isViolatedBy(value: number): boolean {
    return value > this.above || value < this.below
  }

  /** @param sinceUs when what is judged began, if that was before the sample; it is what the finding says */
  judge(timeUs: number, value: number, found: FindingSink, note?: string, sinceUs?: number): void {
    if (this.#isRaised) this.#judgeRaised(timeUs, value, found, note)
    else this.#judgeClear(timeUs, value, found, note, sinceUs)
  }

  #judgeClear(timeUs: number, value: number, found: FindingSink, note?: string, sinceUs?: number): void {
    if (!this.isViolatedBy(value)) {
      this.#violatedSinceUs = Number.NEGATIVE_INFINITY
      return
    }
    if (this.#violatedSinceUs === Number.NEGATIVE_INFINITY) {
      if (timeUs <= this.#lastRaisedUs) return
      this.#violatedSinceUs = timeUs
    }
    if (timeUs - this.#violatedSinceUs < this.#holdUs) return
    this.#isRaised = true
    this.#lastRaisedUs = this.#violatedSinceUs
    this.#report(timeUs, value, found, note, sinceUs ?? this.#violatedSinceUs)
  }

  #judgeRaised(timeUs: number, value: number, found: FindingSink, note?: string): void {
    if (!this.#isBackInside(value) || timeUs <= this.#lastClearedUs) {
      this.#report(timeUs, value, found, note)
      return
    }
    this.#isRaised = false
    this.#violatedSinceUs = Number.NEGATIVE_INFINITY
    this.#lastClearedUs = timeUs
    found({ isActive: false, timeUs, value, limit: this.#nearestLimit(value) })
  }

  #report(timeUs: number, value: number, found: FindingSink, note?: string, sinceUs?: number): void {
    const limit =
      value < this.below ? this.below : value > this.above ? this.above : this.#nearestLimit(value)
    const excess = Math.max(value - this.above, this.below - value, 0)
    found({
      isActive: true,
      timeUs,
      value,
      limit,
      excess,
      ...(sinceUs === undefined ? {} : { sinceUs }),
      ...(note === undefined ? {} : { note }),
    })
  }

  #isBackInside(value: number): boolean {
    return value <= this.above - this.#hysteresis && value >= this.below + this.#hysteresis
  }

  #nearestLimit(value: number): number {
    return Math.abs(value - this.above) <= Math.abs(value - this.below) ? this.above : this.below
  }

  describe(timeUs: number, value: number, what = 'the value'): string {
    const limits = [
      ...(this.above === Infinity ? [] : [`above ${this.above}`]),
      ...(this.below === -Infinity ? [] : [`below ${this.below}`]),
    ].join(' or ')
    if (this.#isRaised) {
      const isBeyond = this.isViolatedBy(value)
      return isBeyond
        ? `${what}, ${value}, is ${limits}`
        : `${what}, ${value}, is not yet back inside by ${this.#hysteresis}`
    }
    if (this.#violatedSinceUs === Number.NEGATIVE_INFINITY) return `${what}, ${value}, is not ${limits}`
    const heldUs = timeUs - this.#violatedSinceUs
    return `${what}, ${value}, is ${limits} for ${heldUs / 1e6} s, and must be for ${this.#holdUs / 1e6} s`
  }

  write(): Json {
    return [
      this.#isRaised,
      writePastInstant(this.#violatedSinceUs),
      writePastInstant(this.#lastRaisedUs),
      writePastInstant(this.#lastClearedUs),
    ]
  }

  restore(state: unknown): void {
    const [isRaised, violatedSinceUs, lastRaisedUs, lastClearedUs] = State.parse(state)
    this.#isRaised = isRaised
    this.#violatedSinceUs = violatedSinceUs
    this.#lastRaisedUs = lastRaisedUs
    this.#lastClearedUs = lastClearedUs
  }
}

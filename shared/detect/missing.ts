import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'
import { formatDurationUs } from '../time/duration.ts'
import type { Missing } from './config.ts'
import type { Detector, FindingSink, Samples } from './detector.ts'

const State = z.tuple([z.boolean(), PastInstant, PastInstant])

/**
 * No good sample for longer than the span. That it is so is told by the watermark, or by the next sample if no
 * watermark came between; both find the same. A source that has ended is not missing.
 */
export class MissingDetector implements Detector {
  readonly #forUs: number
  #isRaised = false
  #lastUs = Number.NEGATIVE_INFINITY
  /** Event time at which it was raised. */
  #raisedUs = Number.NEGATIVE_INFINITY

  constructor(detection: Missing) {
    this.#forUs = detection.for
  }

  /** A watermark above this raises; Infinity when none can. */
  get dueUs(): number {
    return this.#isRaised || this.#lastUs === Number.NEGATIVE_INFINITY ? Infinity : this.#lastUs + this.#forUs
  }

  take({ timesUs, count }: Samples, found: FindingSink): boolean {
    for (let index = 0; index < count; index++) {
      const timeUs = (timesUs[index] as number) + 0
      this.pass(timeUs, found)
      // What was on its way while the alarm was raised tells of the time before it.
      if (this.#isRaised && timeUs >= this.#raisedUs) {
        this.#isRaised = false
        found({ isActive: false, timeUs, value: null, limit: null })
      }
      this.#lastUs = timeUs
    }
    return count > 0
  }

  /** All samples earlier than this are here. @returns whether the state has changed */
  pass(completeBeforeUs: number, found: FindingSink): boolean {
    if (completeBeforeUs <= this.dueUs) return false
    this.#isRaised = true
    this.#raisedUs = this.#lastUs + this.#forUs
    const note = `no good sample for ${formatDurationUs(this.#forUs)}`
    found({ isActive: true, timeUs: this.#raisedUs, sinceUs: this.#lastUs, value: null, limit: null, note })
    return true
  }

  /** All sources of the tag have ended: the silence from here on is no fault. @returns whether the state has changed */
  end(): boolean {
    if (this.#isRaised || this.#lastUs === Number.NEGATIVE_INFINITY) return false
    this.#lastUs = Number.NEGATIVE_INFINITY
    return true
  }

  write(): Json {
    return [this.#isRaised, writePastInstant(this.#lastUs), writePastInstant(this.#raisedUs)]
  }

  restore(state: unknown): void {
    const [isRaised, lastUs, raisedUs] = State.parse(state)
    this.#isRaised = isRaised
    this.#lastUs = lastUs
    this.#raisedUs = raisedUs
  }

  describe(): string {
    if (this.#lastUs === Number.NEGATIVE_INFINITY)
      return 'no good sample has come yet, or the source has ended'
    const span = formatDurationUs(this.#forUs)
    return this.#isRaised
      ? `no good sample for ${span}`
      : `missing once the watermark has passed the newest good sample by ${span}`
  }
}

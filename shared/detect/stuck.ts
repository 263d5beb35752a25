import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'
import { formatDurationUs } from '../time/duration.ts'
import type { Stuck } from './config.ts'
import type { Detector, FindingSink, Samples } from './detector.ts'

const State = z.tuple([z.boolean(), PastInstant, z.number(), z.number()])

/** Values that stay within `epsilon` of each other for too long. Time passes by samples: silence is not stuck. */
export class StuckDetector implements Detector {
  readonly #forUs: number
  readonly #epsilon: number
  #isRaised = false
  /** First sample since when no two differ by more than epsilon; -Infinity before any. */
  #sinceUs = Number.NEGATIVE_INFINITY
  #min = 0
  #max = 0

  constructor(detection: Stuck) {
    this.#forUs = detection.for
    this.#epsilon = detection.epsilon
  }

  take({ timesUs, values, count }: Samples, found: FindingSink): boolean {
    for (let index = 0; index < count; index++) {
      this.#takeOne((timesUs[index] as number) + 0, (values[index] as number) + 0, found)
    }
    return count > 0
  }

  #takeOne(timeUs: number, value: number, found: FindingSink): void {
    const min = Math.min(this.#min, value)
    const max = Math.max(this.#max, value)
    if (this.#sinceUs !== Number.NEGATIVE_INFINITY && max - min <= this.#epsilon) {
      this.#min = min
      this.#max = max
      if (timeUs - this.#sinceUs < this.#forUs) return
      this.#isRaised = true
      const note = `no change beyond ${this.#epsilon} for ${formatDurationUs(this.#forUs)}`
      found({ isActive: true, timeUs, sinceUs: this.#sinceUs, value, limit: null, note })
      return
    }
    this.#sinceUs = timeUs
    this.#min = value
    this.#max = value
    if (!this.#isRaised) return
    this.#isRaised = false
    found({ isActive: false, timeUs, value, limit: null })
  }

  write(): Json {
    return [this.#isRaised, writePastInstant(this.#sinceUs), this.#min, this.#max]
  }

  restore(state: unknown): void {
    const [isRaised, sinceUs, min, max] = State.parse(state)
    this.#isRaised = isRaised
    this.#sinceUs = sinceUs
    this.#min = min
    this.#max = max
  }

  describe(timeUs: number): string {
    const unchangedUs = timeUs - this.#sinceUs
    return `no change beyond ${this.#epsilon} for ${unchangedUs / 1e6} s; stuck from ${this.#forUs / 1e6} s on`
  }
}

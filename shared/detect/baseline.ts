import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'
import type { Baseline as BaselineConfig } from './config.ts'

/** Points kept of a warm-up; with more, every second one is let go and every second one skipped, and so on. */
const LEARNED_POINTS_MAX = 512
/** Fewer say nothing of a spread: a warm-up lasts until it has as many. */
const LEARNED_POINTS_MIN = 10
/** Makes the median absolute deviation of a normal distribution its standard deviation (Hampel 1974). */
const MAD_TO_STD = 1.4826
/** The same for the mean absolute deviation: the square root of pi / 2. */
const MEAN_DEVIATION_TO_STD = 1.2533141373155001
/** A point moves an adapting mean as if it were no further off than this many standard deviations (Huber). */
const ADAPT_STD_MAX = 3
/** Nor does a point after a silence weigh more than this share of the time constant. */
const ADAPT_SHARE_MAX = 0.01

const State = z.object({
  mean: z.number(),
  std: z.number(),
  isReady: z.boolean(),
  startUs: PastInstant,
  lastUs: PastInstant,
  stride: z.number(),
  skip: z.number(),
  points: z.array(z.number()),
})

/**
 * What is normal for one tag. A learned one is the median and the MAD of the warm-up, so that a fault in less than
 * half of it is not learned; then it is frozen. An adapting one follows with its time constant, but stands still
 * while the detection holds, and no faster than three standard deviations a time constant: it is a declared
 * blindness to slower drifts.
 */
export class Baseline {
  mean: number
  std: number
  isReady: boolean
  readonly #learnUs: number
  readonly #adaptUs: number
  readonly #minStd: number
  #startUs = Number.NEGATIVE_INFINITY
  #lastUs = Number.NEGATIVE_INFINITY
  #stride = 1
  #skip = 0
  #points: number[] = []

  constructor({ mean, std, learn, adapt, minStd }: BaselineConfig) {
    this.#learnUs = learn ?? 0
    this.#adaptUs = adapt ?? 0
    this.#minStd = minStd
    this.mean = mean ?? 0
    this.std = Math.max(std ?? 0, minStd)
    this.isReady = learn === undefined
  }

  /** Takes a point of the warm-up; the first one after it makes the baseline and is judged by it. */
  learn(timeUs: number, value: number): void {
    if (this.#startUs === Number.NEGATIVE_INFINITY) this.#startUs = timeUs
    const hasLearned = timeUs - this.#startUs >= this.#learnUs && this.#points.length >= LEARNED_POINTS_MIN
    if (hasLearned) this.#settle()
    if (this.isReady) return
    if (this.#skip > 0) this.#skip--
    else {
      this.#points.push(value)
      this.#skip = this.#stride - 1
    }
    if (this.#points.length < LEARNED_POINTS_MAX) return
    this.#points = this.#points.filter((_, index) => index % 2 === 0)
    this.#stride *= 2
    // The point just taken was the last of an even number and is let go: the next one in step is a stride further.
    this.#skip = this.#stride / 2 - 1
  }

  #settle(): void {
    const mean = median(this.#points)
    const deviations = this.#points.map((value) => Math.abs(value - mean))
    // A coarse sensor repeats one value more than half of the time, which leaves no MAD.
    const spread =
      MAD_TO_STD * median(deviations) ||
      (MEAN_DEVIATION_TO_STD * deviations.reduce((sum, one) => sum + one, 0)) / deviations.length
    const std = Math.max(spread, this.#minStd)
    // Values that have never moved say nothing of what is too far: the warm-up goes on.
    if (std === 0) return
    this.mean = mean
    this.std = std
    this.isReady = true
    this.#points = []
  }

  /** Follows a judged point, if this baseline adapts. */
  follow(timeUs: number, value: number, isViolated: boolean): void {
    if (this.#adaptUs === 0) return
    const share = Math.min((timeUs - this.#lastUs) / this.#adaptUs, ADAPT_SHARE_MAX)
    this.#lastUs = timeUs
    if (isViolated) return
    const reachMax = ADAPT_STD_MAX * this.std
    this.mean += share * Math.max(-reachMax, Math.min(reachMax, value - this.mean))
  }

  write(): Json {
    return {
      mean: this.mean,
      std: this.std,
      isReady: this.isReady,
      startUs: writePastInstant(this.#startUs),
      lastUs: writePastInstant(this.#lastUs),
      stride: this.#stride,
      skip: this.#skip,
      points: this.#points,
    }
  }

  restore(state: unknown): void {
    const { mean, std, isReady, startUs, lastUs, stride, skip, points } = State.parse(state)
    this.mean = mean
    this.std = std
    this.isReady = isReady
    this.#startUs = startUs
    this.#lastUs = lastUs
    this.#stride = stride
    this.#skip = skip
    this.#points = points
  }
}

/** Of at least one value; the mean of the middle two of an even number. */
function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const upper = sorted.length >> 1
  const right = sorted[upper] as number
  return sorted.length % 2 === 1 ? right : ((sorted[upper - 1] as number) + right) / 2
}

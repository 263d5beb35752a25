import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'
import type { Baseline } from './baseline.ts'
import type { ChartJudge } from './chart.ts'
import type { Cusum } from './config.ts'
import type { Finding, FindingSink } from './detector.ts'
import { LimitJudge } from './limit-judge.ts'

/** Times the decision limit at which a sum stops growing: a fault that lasted a week must not take a week to clear. */
const SUM_LIMITS_MAX = 2

const State = z.object({
  judge: z.unknown(),
  up: z.number(),
  upSinceUs: PastInstant,
  down: z.number(),
  downSinceUs: PastInstant,
})

/**
 * Two cumulative sums of standardised points, `S = max(0, S ± x − k)`, against h (Page 1954). An alarm began, by the
 * usual estimate of the change point, with the first point since its sum was 0.
 */
export class CusumJudge implements ChartJudge {
  readonly #k: number
  readonly #h: number
  readonly #side: Cusum['side']
  readonly #judge: LimitJudge
  #up = 0
  #upSinceUs = Number.NEGATIVE_INFINITY
  #down = 0
  #downSinceUs = Number.NEGATIVE_INFINITY

  constructor({ k, h, clearAt, side }: Cusum) {
    this.#k = k
    this.#h = h
    this.#side = side
    this.#judge = new LimitJudge({ above: h, hysteresis: h * (1 - clearAt), hold: 0 })
  }

  get isRaised(): boolean {
    return this.#judge.isRaised
  }

  judge(timeUs: number, value: number, { mean, std }: Baseline, found: FindingSink): void {
    const deviation = (value - mean) / std
    const sumMax = SUM_LIMITS_MAX * this.#h
    if (this.#up === 0) this.#upSinceUs = timeUs
    if (this.#down === 0) this.#downSinceUs = timeUs
    this.#up = this.#side === 'below' ? 0 : Math.min(sumMax, Math.max(0, this.#up + deviation - this.#k))
    this.#down = this.#side === 'above' ? 0 : Math.min(sumMax, Math.max(0, this.#down - deviation - this.#k))
    const isUp = this.#up >= this.#down
    const signed = (finding: Finding): void =>
      found({
        ...finding,
        // Their size says how long it has been so; how bad it is now is how far the point is off.
        excess: Math.max(0, isUp ? deviation : -deviation),
        value: isUp ? this.#up : 0 - this.#down,
        limit: isUp ? this.#h : -this.#h,
        ...(finding.isActive ? { note: `the point is ${value}, the mean ${mean}` } : {}),
      })
    const sinceUs = isUp ? this.#upSinceUs : this.#downSinceUs
    this.#judge.judge(timeUs, Math.max(this.#up, this.#down), signed, undefined, sinceUs)
  }

  write(): Json {
    return {
      judge: this.#judge.write(),
      up: this.#up,
      upSinceUs: writePastInstant(this.#upSinceUs),
      down: this.#down,
      downSinceUs: writePastInstant(this.#downSinceUs),
    }
  }

  restore(state: unknown): void {
    const { judge, up, upSinceUs, down, downSinceUs } = State.parse(state)
    this.#judge.restore(judge)
    this.#up = up
    this.#upSinceUs = upSinceUs
    this.#down = down
    this.#downSinceUs = downSinceUs
  }

  describe(timeUs: number): string {
    return this.#judge.describe(timeUs, Math.max(this.#up, this.#down), 'the larger of the two sums')
  }
}

import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import type { Baseline } from './baseline.ts'
import type { ChartJudge } from './chart.ts'
import type { Ewma } from './config.ts'
import type { Finding, FindingSink } from './detector.ts'
import { LimitJudge } from './limit-judge.ts'

const State = z.object({ judge: z.unknown(), average: z.number(), rest: z.number(), ratio: z.number() })

/**
 * Exponentially weighted moving average of standardised points, `z = λx + (1 − λ)z`, against L times its own standard
 * deviation, `√(λ/(2 − λ) · (1 − (1 − λ)^2i))` after i points (Roberts 1959; Lucas and Saccucci 1990).
 */
export class EwmaJudge implements ChartJudge {
  readonly #lambda: number
  readonly #judge: LimitJudge
  /** In standard deviations from the mean of the baseline. */
  #average = 0
  /** (1 − λ)^2i */
  #rest = 1
  /** The average in its own standard deviations. */
  #ratio = 0

  constructor({ lambda, limit, clearAt, side }: Ewma) {
    this.#lambda = lambda
    this.#judge = new LimitJudge({
      ...(side === 'below' ? {} : { above: limit }),
      ...(side === 'above' ? {} : { below: -limit }),
      hysteresis: limit * (1 - clearAt),
      hold: 0,
    })
  }

  get isRaised(): boolean {
    return this.#judge.isRaised
  }

  judge(timeUs: number, value: number, { mean, std }: Baseline, found: FindingSink): void {
    const lambda = this.#lambda
    this.#average = lambda * ((value - mean) / std) + (1 - lambda) * this.#average
    this.#rest *= (1 - lambda) * (1 - lambda)
    const ownStd = Math.sqrt((lambda / (2 - lambda)) * (1 - this.#rest))
    this.#ratio = this.#average / ownStd
    const inUnits = (finding: Finding): void =>
      found({
        ...finding,
        value: mean + this.#average * std,
        limit: mean + (finding.limit ?? 0) * ownStd * std,
      })
    this.#judge.judge(timeUs, this.#ratio, inUnits)
  }

  write(): Json {
    return { judge: this.#judge.write(), average: this.#average, rest: this.#rest, ratio: this.#ratio }
  }

  restore(state: unknown): void {
    const { judge, average, rest, ratio } = State.parse(state)
    this.#judge.restore(judge)
    this.#average = average
    this.#rest = rest
    this.#ratio = ratio
  }

  describe(timeUs: number): string {
    return this.#judge.describe(timeUs, this.#ratio, 'the moving average in its standard deviations')
  }
}

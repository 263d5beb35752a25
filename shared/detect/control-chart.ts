import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import type { Baseline } from './baseline.ts'
import type { ChartJudge } from './chart.ts'
import type { ControlChart } from './config.ts'
import type { FindingSink } from './detector.ts'
import { findRun, NELSON, RUN_POINTS_MAX, type RunFinding, WESTERN_ELECTRIC } from './run-rules.ts'

const State = z.object({ isRaised: z.boolean(), quiet: z.number(), points: z.array(z.number()) })

/** Runs of points on a control chart. It ends when no rule has fired for `clearAfter` points in a row. */
export class RunJudge implements ChartJudge {
  readonly #detection: ControlChart
  #isRaised = false
  /** Points in a row on which no rule fired. */
  #quiet = 0
  /** Standardised, oldest first. */
  #points: number[] = []

  constructor(detection: ControlChart) {
    this.#detection = detection
  }

  get isRaised(): boolean {
    return this.#isRaised
  }

  judge(timeUs: number, value: number, { mean, std }: Baseline, found: FindingSink): void {
    const deviation = (value - mean) / std
    this.#points.push(deviation)
    if (this.#points.length > RUN_POINTS_MAX) this.#points.shift()
    const run = this.#find()
    this.#quiet = run === undefined ? this.#quiet + 1 : 0
    if (run !== undefined) {
      this.#isRaised = true
      const limit = mean + run.limitStd * std
      const note = `rule ${run.rule}: ${run.note}`
      found({ isActive: true, timeUs, value, limit, excess: Math.abs(deviation), note })
    } else if (this.#isRaised && this.#quiet >= this.#detection.clearAfter) {
      this.#isRaised = false
      found({ isActive: false, timeUs, value, limit: mean })
    }
  }

  #find(): RunFinding | undefined {
    const { chart, rules, side } = this.#detection
    return findRun(this.#points, chart === 'nelson' ? NELSON : WESTERN_ELECTRIC, rules, side)
  }

  write(): Json {
    return { isRaised: this.#isRaised, quiet: this.#quiet, points: this.#points }
  }

  restore(state: unknown): void {
    const { isRaised, quiet, points } = State.parse(state)
    this.#isRaised = isRaised
    this.#quiet = quiet
    this.#points = points
  }

  describe(): string {
    const newest = this.#points.at(-1) ?? 0
    const run = this.#find()
    const what = run === undefined ? 'no rule fires' : `rule ${run.rule} fires (${run.note})`
    return `${what} on the newest point, ${newest} std from the mean; no rule has fired for ${this.#quiet} points`
  }
}

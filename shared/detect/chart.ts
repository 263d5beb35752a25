import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { Baseline } from './baseline.ts'
import type { ControlChart, Cusum, Ewma } from './config.ts'
import type { Detector, FindingSink, Samples } from './detector.ts'
import { Subgroups } from './subgroups.ts'

/** What a chart makes of its points: an average, sums, or runs. */
export interface ChartJudge {
  /** The condition holds: an adapting baseline must not learn from this. */
  readonly isRaised: boolean
  judge(timeUs: number, value: number, baseline: Baseline, found: FindingSink): void
  write(): Json
  restore(state: unknown): void
  describe(timeUs: number, baseline: Baseline): string
}

const State = z.object({
  subgroups: z.unknown(),
  baseline: z.unknown(),
  judge: z.unknown(),
  lastUs: z.number(),
})

/** A control chart: samples become points, the first points a baseline, and the judge is asked of the others. */
export class ChartDetector implements Detector {
  readonly #judge: ChartJudge
  readonly #baseline: Baseline
  readonly #subgroups: Subgroups | undefined
  /** Of the newest point. */
  #lastUs = 0

  constructor(detection: Ewma | Cusum | ControlChart, judge: ChartJudge) {
    this.#judge = judge
    this.#baseline = new Baseline(detection.baseline)
    this.#subgroups = detection.subgroup === undefined ? undefined : new Subgroups(detection.subgroup)
  }

  take({ timesUs, values, count }: Samples, found: FindingSink): boolean {
    const point = (timeUs: number, value: number) => this.#point(timeUs, value, found)
    for (let index = 0; index < count; index++) {
      const timeUs = (timesUs[index] as number) + 0
      const value = (values[index] as number) + 0
      if (this.#subgroups === undefined) point(timeUs, value)
      else this.#subgroups.add(timeUs, value, point)
    }
    return count > 0
  }

  #point(timeUs: number, value: number, found: FindingSink): void {
    const baseline = this.#baseline
    if (!baseline.isReady) baseline.learn(timeUs, value)
    if (!baseline.isReady) return
    this.#lastUs = timeUs
    this.#judge.judge(timeUs, value, baseline, found)
    baseline.follow(timeUs, value, this.#judge.isRaised)
  }

  write(): Json {
    return {
      subgroups: this.#subgroups?.write() ?? null,
      baseline: this.#baseline.write(),
      judge: this.#judge.write(),
      lastUs: this.#lastUs,
    }
  }

  restore(state: unknown): void {
    const { subgroups, baseline, judge, lastUs } = State.parse(state)
    this.#subgroups?.restore(subgroups)
    this.#baseline.restore(baseline)
    this.#judge.restore(judge)
    this.#lastUs = lastUs
  }

  describe(): string {
    if (!this.#baseline.isReady) return 'the baseline is still being learned'
    const { mean, std } = this.#baseline
    return `${this.#judge.describe(this.#lastUs, this.#baseline)}; baseline mean ${mean}, std ${std}`
  }
}

import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import type { Rate } from './config.ts'
import type { Detector, FindingSink, Samples } from './detector.ts'
import { LimitJudge } from './limit-judge.ts'

/**
 * Points kept of one span, so that a span of an hour at 1 kHz costs as much as one at 1 Hz. The span a change is
 * measured over is therefore up to a 32nd longer than configured.
 */
const SLOTS_A_SPAN = 32

const State = z.object({
  judge: z.unknown(),
  points: z.array(z.tuple([z.number(), z.number()])),
  rate: z.number(),
})

/**
 * Change per second against the newest kept sample that is at least the span older: the mean slope of that stretch.
 * A tag that is sampled more seldom than the span is compared with the sample before.
 */
export class RateDetector implements Detector {
  readonly #judge: LimitJudge
  readonly #overUs: number
  readonly #slotUs: number
  /** [time, value], oldest first: the first sample of each slot. Two at most are older than the span. */
  #points: [timeUs: number, value: number][] = []
  #rate = 0

  constructor(detection: Rate) {
    this.#judge = new LimitJudge(detection)
    this.#overUs = detection.over
    this.#slotUs = Math.max(1, detection.over / SLOTS_A_SPAN)
  }

  take({ timesUs, values, count }: Samples, found: FindingSink): boolean {
    for (let index = 0; index < count; index++) {
      this.#takeOne((timesUs[index] as number) + 0, (values[index] as number) + 0, found)
    }
    return count > 0
  }

  #takeOne(timeUs: number, value: number, found: FindingSink): void {
    const points = this.#points
    while (points[1] !== undefined && points[1][0] <= timeUs - this.#overUs) points.shift()
    const reference = points[0]
    if (reference !== undefined && reference[0] <= timeUs - this.#overUs) {
      this.#rate = (value - reference[1]) / ((timeUs - reference[0]) / 1e6)
      this.#judge.judge(timeUs, this.#rate, found)
    }
    const newest = points.at(-1)
    const isNewSlot =
      newest === undefined || Math.floor(newest[0] / this.#slotUs) < Math.floor(timeUs / this.#slotUs)
    if (isNewSlot) points.push([timeUs, value])
  }

  write(): Json {
    return { judge: this.#judge.write(), points: this.#points, rate: this.#rate }
  }

  restore(state: unknown): void {
    const { judge, points, rate } = State.parse(state)
    this.#judge.restore(judge)
    this.#points = points
    this.#rate = rate
  }

  describe(timeUs: number): string {
    return this.#judge.describe(timeUs, this.#rate, 'the change per second')
  }
}

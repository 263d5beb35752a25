import type { Json } from '../bytes/json.ts'
import type { Threshold } from './config.ts'
import type { Detector, FindingSink, Samples } from './detector.ts'
import { LimitJudge } from './limit-judge.ts'

/** Values beyond a limit, or outside a band. */
export class ThresholdDetector implements Detector {
  readonly #judge: LimitJudge

  constructor(detection: Threshold) {
    this.#judge = new LimitJudge(detection)
  }

  take({ timesUs, values, count }: Samples, found: FindingSink): boolean {
    const judge = this.#judge
    let hasChanged = false
    for (let index = 0; index < count; index++) {
      if (judge.isQuiet) {
        index = firstBeyond(values, index, count, judge.above, judge.below)
        if (index === count) return hasChanged
      }
      judge.judge((timesUs[index] as number) + 0, (values[index] as number) + 0, found)
      hasChanged = true
    }
    return hasChanged
  }

  write(): Json {
    return this.#judge.write()
  }

  restore(state: unknown): void {
    this.#judge.restore(state)
  }

  describe(timeUs: number, value: number): string {
    return this.#judge.describe(timeUs, value)
  }
}

/** A column without a violation, which is nearly every one, costs two comparisons a sample. */
function firstBeyond(
  values: Float64Array | Uint8Array,
  from: number,
  to: number,
  above: number,
  below: number,
): number {
  for (let index = from; index < to; index++) {
    const value = values[index] as number
    if (value > above || value < below) return index
  }
  return to
}

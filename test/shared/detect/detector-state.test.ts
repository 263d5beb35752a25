import { describe, expect, it } from 'vitest'
import { createDetector } from '../../../shared/detect/create-detector.ts'
import type { Samples } from '../../../shared/detect/detector.ts'
import { detection } from './run.ts'

/**
 * Long enough that a warm-up of 1,000 s is thinned; intervals of a second that jitter by a millisecond, the more where a
 * segment of 512 begins, so that what was longest must be remembered.
 */
const COUNT = 1500
const timesUs = Float64Array.from(
  { length: COUNT },
  (_, index) => index * 1e6 + ((index * 7919) % (index % 512 < 15 ? 1000 : 100)),
)
const values = timesUs.map((_, index) => 5 + 4 * Math.sin(index / 9) + ((index * 31) % 17) / 5)
const part = (from: number, to: number): Samples => ({
  timesUs: timesUs.subarray(from, to),
  values: values.subarray(from, to),
  count: to - from,
})

describe.each([
  [{ type: 'threshold', above: 7, hold: '3s' }],
  [{ type: 'rate', over: '20s', above: 0.2 }],
  [{ type: 'ewma', baseline: { learn: '1000s', adapt: '500s' } }],
  [{ type: 'ewma', baseline: { mean: 5, std: 2 }, subgroup: '7s' }],
  [{ type: 'cusum', baseline: { mean: 5, std: 2 } }],
  [{ type: 'control-chart', chart: 'nelson', rules: [3, 5, 6], baseline: { mean: 5, std: 2 } }],
  [{ type: 'stuck', for: '3s', epsilon: 2 }],
  [{ type: 'missing', for: '3s' }],
  [{ type: 'spectrum', samples: 512, bands: [{ from: 0.01, to: 0.03, above: 2 }] }],
])('the state of $type', (config) => {
  const run = (cut: number): string => {
    const first = createDetector(detection(config))
    first.take(part(0, cut), () => {})
    const second = createDetector(detection(config))
    second.restore(JSON.parse(JSON.stringify(first.write())))
    second.take(part(cut, COUNT), () => {})
    return JSON.stringify(second.write())
  }

  it('is the same to the bit wherever it was written and read again', () => {
    const whole = createDetector(detection(config))
    whole.take(part(0, COUNT), () => {})
    const expected = JSON.stringify(whole.write())
    const cuts = Array.from({ length: 30 }, (_, index) => index * 50 + (index % 7))
    expect(cuts.map(run)).toEqual(cuts.map(() => expected))
  })

  it('is small', () => {
    const detector = createDetector(detection(config))
    detector.take(part(0, COUNT), () => {})
    expect(JSON.stringify(detector.write()).length).toBeLessThan(12_000)
  })
})

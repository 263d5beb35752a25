import { describe, expect, it } from 'vitest'
import { createDetector } from '../../../shared/detect/create-detector.ts'
import { brief, changesOf, detection, type Point } from './run.ts'

const series = (count: number, value: (second: number) => number): Point[] =>
  Array.from({ length: count }, (_, second) => [second, value(second)])

describe('a rate of change', () => {
  const steep = { type: 'rate', over: '10s', above: 0.5, below: -0.5, updateEvery: '1h' }

  it('is measured per second against a sample that is the span older', () => {
    // Flat for 20 s, then one unit a second: after six seconds of it, 6 units in 10 s exceed 0.5 a second.
    const changes = changesOf(
      steep,
      series(40, (second) => Math.max(0, second - 20)),
    )
    expect(brief(changes)).toEqual(['raised@26 since 26'])
    expect(changes[0]).toMatchObject({ value: 0.6, limit: 0.5 })
  })

  it('takes falls by its lower limit, and clears when the slope is gone', () => {
    const changes = changesOf(
      steep,
      series(60, (second) => -Math.min(Math.max(0, second - 20), 10)),
    )
    expect(brief(changes)).toEqual(['raised@26 since 26', 'cleared@35 since 35'])
  })

  it('says nothing before it has seen the span', () => {
    expect(
      changesOf(
        steep,
        series(10, (second) => 10 * second),
      ),
    ).toEqual([])
  })

  it('compares with the sample before where samples are rarer than the span', () => {
    const rare: Point[] = [
      [0, 0],
      [60, 20],
      [120, 80],
    ]
    expect(brief(changesOf(steep, rare))).toEqual(['raised@120 since 120'])
  })

  it('keeps few points, so that it measures over the span or up to a 32nd more', () => {
    const dense: Point[] = Array.from({ length: 1500 }, (_, index) => [index / 100, index < 1200 ? 0 : 9])
    const detector = createDetector(detection(steep))
    const changes = changesOf(steep, dense)
    expect(changes).toMatchObject([{ state: 'raised', timeUs: 12_000_000 }])
    expect(changes[0]?.value).toBeLessThanOrEqual(9 / 10)
    expect(changes[0]?.value).toBeGreaterThanOrEqual(9 / (10 + 10 / 32))
    const timesUs = Float64Array.from(dense, ([second]) => second * 1e6)
    detector.take({ timesUs, values: new Float64Array(1500), count: 1500 }, () => {})
    expect(JSON.stringify(detector.write()).length).toBeLessThan(1000)
  })
})

describe('a stuck sensor', () => {
  const stuck = { type: 'stuck', for: '10s', epsilon: 0.1 }

  it('is one whose values stay within epsilon of each other for the span', () => {
    const changes = changesOf(
      stuck,
      series(40, (second) => (second < 10 ? second : second < 30 ? 5 + (second % 2) / 10 : second)),
    )
    expect(brief(changes)).toEqual(['raised@20 since 10', 'cleared@30 since 30'])
    expect(changes[0]).toMatchObject({ note: 'no change beyond 0.1 for 10s' })
  })

  it('is not one that drifts by less than epsilon a sample', () => {
    expect(
      changesOf(
        stuck,
        series(100, (second) => second / 20),
      ),
    ).toEqual([])
  })

  it('is told by samples: silence is another fault', () => {
    const gap: Point[] = [
      [0, 1],
      [3, 1],
      [50, 2],
    ]
    expect(changesOf(stuck, gap)).toEqual([])
  })
})

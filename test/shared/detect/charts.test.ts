import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createDetector } from '../../../shared/detect/create-detector.ts'
import { findRun, NELSON, WESTERN_ELECTRIC } from '../../../shared/detect/run-rules.ts'
import { brief, changesOf, detection, type Point } from './run.ts'

const points = (values: readonly number[]): Point[] => values.map((value, second) => [second, value])
const repeat = (count: number, value: number): number[] => Array.from({ length: count }, () => value)
const given = { baseline: { mean: 10, std: 2 } }
const values = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
  size: 'max',
})

describe('an EWMA', () => {
  const ewma = { type: 'ewma', ...given, lambda: 0.2, limit: 3, clearAt: 1, updateEvery: '1h' }

  it('is raised and cleared where the formula says', () => {
    fc.assert(
      fc.property(values, (input) => {
        let isRaised = false
        const expected: string[] = []
        input.forEach((_, index) => {
          // The sum written out: every point so far, weighted by its age.
          const average = input
            .slice(0, index + 1)
            .reduce((sum, value, at) => sum + 0.2 * 0.8 ** (index - at) * ((value - 10) / 2), 0)
          const limit = 3 * Math.sqrt((0.2 / 1.8) * (1 - 0.8 ** (2 * (index + 1))))
          const isBeyond = Math.abs(average) > limit
          fc.pre(Math.abs(Math.abs(average) - limit) > 1e-9)
          if (isBeyond !== isRaised)
            expected.push(`${isBeyond ? 'raised' : 'cleared'}@${index} since ${index}`)
          isRaised = isBeyond
        })
        expect(brief(changesOf(ewma, points(input)))).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('says the average and its limit in the unit of the tag', () => {
    const [change] = changesOf(ewma, points([10, 10, 10, 20, 20, 20]))
    expect(change).toMatchObject({ state: 'raised', timeUs: 3e6 })
    expect(change?.value).toBeCloseTo(10 + 2 * (0.2 * 5))
    expect(change?.limit).toBeCloseTo(10 + 2 * 3 * Math.sqrt((0.2 / 1.8) * (1 - 0.8 ** 8)))
  })

  it('looks to one side if it is asked to', () => {
    expect(changesOf({ ...ewma, side: 'below' }, points(repeat(20, 20)))).toEqual([])
    expect(changesOf({ ...ewma, side: 'below' }, points(repeat(20, 0)))).toHaveLength(1)
  })
})

describe('a CUSUM', () => {
  const cusum = { type: 'cusum', ...given, k: 0.5, h: 4, updateEvery: '1h' }

  it('finds a small lasting shift, and when it began', () => {
    // One standard deviation up: half of it accumulates with each point, and 4 is exceeded with the ninth.
    const changes = changesOf(cusum, points([...repeat(30, 10), ...repeat(10, 12)]))
    expect(brief(changes)).toEqual(['raised@38 since 30'])
    expect(changes[0]).toMatchObject({ value: 4.5, limit: 4 })
  })

  it('finds a shift down as well, and gives its sum a sign', () => {
    const changes = changesOf(cusum, points([...repeat(30, 10), ...repeat(10, 8)]))
    expect(brief(changes)).toEqual(['raised@38 since 30'])
    expect(changes[0]).toMatchObject({ value: -4.5, limit: -4 })
  })

  it('clears soon after a fault that lasted long', () => {
    const changes = changesOf(cusum, points([...repeat(500, 20), ...repeat(40, 10)]))
    // The sum stands at twice the limit; half a deviation is taken off with each good point until it is at half of it.
    expect(brief(changes)).toEqual(['raised@0 since 0', 'cleared@511 since 511'])
  })

  it('agrees with the recursion of both sums', () => {
    fc.assert(
      fc.property(values, (input) => {
        let [up, down] = [0, 0]
        const first = input.findIndex((value) => {
          up = Math.max(0, up + (value - 10) / 2 - 0.5)
          down = Math.max(0, down - (value - 10) / 2 - 0.5)
          return up > 4 || down > 4
        })
        const [change] = changesOf(cusum, points(input))
        expect(change === undefined ? -1 : change.timeUs / 1e6).toBe(first)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a baseline', () => {
  const learned = { type: 'control-chart', rules: [1], baseline: { learn: '100s' } }
  const wave = (count: number, at = 0): number[] =>
    Array.from({ length: count }, (_, index) => at + Math.sin(index * 1.7) + Math.cos(index * 0.9))

  it('learns what is normal, and judges nothing meanwhile', () => {
    expect(changesOf(learned, points([...wave(50), 99, ...wave(49), ...wave(20)]))).toEqual([])
    expect(brief(changesOf(learned, points([...wave(110), 9])))).toEqual(['raised@110 since 110'])
  })

  it('does not learn a fault that fills less than half of the warm-up', () => {
    const warmUp = [...wave(60), ...wave(40, 50)]
    expect(brief(changesOf(learned, points([...warmUp, ...wave(10), 50])))).toEqual(['raised@110 since 110'])
  })

  it('that is frozen finds a slow drift, and one that adapts faster follows it', () => {
    const drift = wave(2000).map((value, index) => value + Math.max(0, index - 200) / 500)
    const frozen = changesOf(learned, points(drift))
    expect(frozen.length).toBeGreaterThan(0)
    const adapting = { ...learned, baseline: { learn: '100s', adapt: '100s' } }
    expect(changesOf(adapting, points(drift))).toEqual([])
  })

  it('that adapts does not learn from what it has found', () => {
    const adapting = { ...learned, baseline: { learn: '100s', adapt: '100s' }, clearAfter: 1 }
    const changes = changesOf(adapting, points([...wave(110), ...wave(2000, 30), ...wave(20)]))
    expect(brief(changes).filter((text) => !text.startsWith('updated'))).toEqual([
      'raised@110 since 110',
      'cleared@2110 since 2110',
    ])
  })

  it('waits for values that move, or takes the least deviation that it is told', () => {
    const still = [...repeat(200, 5), 6]
    expect(changesOf(learned, points(still))).toEqual([])
    const told = { ...learned, baseline: { learn: '100s', minStd: 0.1 } }
    expect(brief(changesOf(told, points(still)))).toEqual(['raised@200 since 200'])
  })

  it('keeps a bounded part of a long warm-up, from all over it', () => {
    const detector = createDetector(detection({ ...learned, baseline: { learn: '100h' } }))
    const count = 20_000
    const timesUs = Float64Array.from({ length: count }, (_, index) => index * 1e6)
    detector.take({ timesUs, values: timesUs, count }, () => {})
    const { baseline } = z
      .object({ baseline: z.object({ points: z.array(z.number()) }) })
      .parse(detector.write())
    expect(baseline.points.length).toBeLessThan(512)
    const steps = baseline.points.slice(1).map((point, index) => point - (baseline.points[index] ?? 0))
    expect(new Set(steps)).toEqual(new Set([64e6]))
  })

  it('takes means of subgroups for its points', () => {
    const grouped = { type: 'control-chart', rules: [1], ...given, subgroup: '10s' }
    // One point far out moves the mean of ten by a tenth; only when the next subgroup begins is it complete.
    const spike = [...repeat(15, 10), 60, ...repeat(10, 10)]
    expect(changesOf(grouped, points(spike))).toEqual([])
    const lasting = [...repeat(20, 10), ...repeat(11, 17)]
    expect(changesOf(grouped, points(lasting))).toMatchObject([{ timeUs: 30e6, value: 17, limit: 16 }])
  })
})

describe('rules of runs', () => {
  const fires = (
    table: typeof NELSON,
    rule: number,
    run: readonly number[],
    side: 'both' | 'above' | 'below' = 'both',
  ) => findRun(run, table, [rule], side)?.rule === rule

  it.each([
    [1, [0, 3.1], [0, 2.9]],
    [2, [2.1, 0, 2.1], [2.1, 0, 0, 2.1]],
    [3, [1.1, 1.1, 0, 1.1, 1.1], [1.1, 1.1, 0, 0, 1.1]],
    [4, repeat(8, 0.1), [...repeat(7, 0.1), -0.1]],
  ])('Western Electric %i fires and keeps still', (rule, run, quiet) => {
    expect(fires(WESTERN_ELECTRIC, rule, run)).toBe(true)
    expect(fires(WESTERN_ELECTRIC, rule, quiet)).toBe(false)
    const mirrored = run.map((point) => -point)
    expect(fires(WESTERN_ELECTRIC, rule, mirrored)).toBe(true)
    expect(fires(WESTERN_ELECTRIC, rule, mirrored, 'above')).toBe(false)
  })

  it.each([
    [1, [3.1], [2.9]],
    [2, repeat(9, 0.1), repeat(8, 0.1)],
    [3, [1, 2, 3, 4, 5, 6].map((point) => point / 10), [0.1, 0.2, 0.3, 0.3, 0.5, 0.6]],
    [4, repeat(14, 0).map((_, index) => (index % 2) / 10), repeat(14, 0).map((_, index) => (index % 3) / 10)],
    [5, [2.1, 0, 2.1], [2.1, 0, -2.1]],
    [6, [1.1, 1.1, 1.1, 0, 1.1], [1.1, 1.1, 1.1, 1.1, 0]],
    [7, repeat(15, 0.9), [...repeat(14, 0.9), 1.1]],
    [8, [1.1, -1.1, 1.1, -1.1, 1.1, 1.1, 1.1, -1.1], [1.1, -1.1, 1.1, 0.9, 1.1, 1.1, 1.1, -1.1]],
  ])('Nelson %i fires and keeps still', (rule, run, quiet) => {
    expect(fires(NELSON, rule, run)).toBe(true)
    expect(fires(NELSON, rule, quiet)).toBe(false)
  })

  it('name the rule, and clear after points on which none fired', () => {
    const chart = { type: 'control-chart', ...given, clearAfter: 3 }
    const changes = changesOf(chart, points([10, 17, 10, 10, 10, 10]))
    expect(brief(changes)).toEqual(['raised@1 since 1', 'cleared@4 since 4'])
    expect(changes[0]).toMatchObject({ value: 17, limit: 16, note: 'rule 1: one point beyond 3 std' })
  })
})

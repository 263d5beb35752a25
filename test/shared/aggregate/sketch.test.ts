import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SKETCH_BUCKETS_MAX } from '../../../shared/aggregate/groups/sketch.ts'
import type { Accumulator } from '../../../shared/aggregate/plan.ts'
import { accumulate, answer, anyNumber, hullOf, mergeAll, partsOf, planOf, spaced } from './accumulate.ts'

const rankOf = (values: readonly number[], q: number): number => {
  const sorted = values.map((value) => value + 0).sort((left, right) => left - right)
  return sorted[Math.floor(q * (values.length - 1) + 1e-9)] ?? Number.NaN
}

/** Without the moments, of which the last value depends on the order. */
const sketchOf = (accumulator: Accumulator) => (accumulator.write() as unknown[])[1]

const QS = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1]
const percentiles = (params: object) =>
  QS.map((q, index) => ({ fn: 'percentile', q, as: `q${index}`, ...params }))
const lists = (length: number) => fc.array(anyNumber, { minLength: 1, maxLength: length })

function expectWithin(values: readonly number[], params: object, errorOf: (exact: number) => number): void {
  const found = answer(percentiles(params), spaced(values))
  for (const [index, q] of QS.entries()) {
    const exact = rankOf(values, q)
    const error = Math.abs(Number(found[`q${index}`]) - exact)
    expect(error, `q = ${q}: ${found[`q${index}`]} for ${exact}`).toBeLessThanOrEqual(errorOf(exact))
  }
}

describe('percentiles', () => {
  it('err by no more than the share alpha of a value with the logarithmic index', () => {
    const alphas = fc.constantFrom(0.001, 0.01, 0.05, 0.2)
    fc.assert(
      fc.property(lists(80), alphas, (values, alpha) => {
        // Between subnormals there is no double to be nearer with.
        expectWithin(values, { alpha }, (exact) => alpha * 1.000001 * Math.abs(exact) + Number.MIN_VALUE)
      }),
      { numRuns: 300 },
    )
  })

  it('err by no more than half a width with the linear index', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(values, fc.constantFrom(0.1, 0.25, 3), (list, width) => {
        expectWithin(list, { index: 'linear', width }, () => (width / 2) * 1.000001)
      }),
      { numRuns: 300 },
    )
  })

  it('keep the very values of a signal whose resolution is the width', () => {
    const values = Array.from({ length: 101 }, (_, index) => (400 + index) / 10)
    const list = [{ fn: 'percentile', q: 0.29, index: 'linear', width: 0.1 }]
    expect(answer(list, spaced(values))).toEqual({ p29: 42.9 })
  })

  it('resolve an offset signal relative to a reference', () => {
    const values = Array.from({ length: 101 }, (_, index) => 1013 + (index - 50) / 50)
    const list = [{ fn: 'percentile', q: 0.75, reference: 1013 }]
    expect(Math.abs(Number(answer(list, spaced(values))['p75']) - 1013.5)).toBeLessThanOrEqual(0.005001)
  })

  it('hold what is finite in widths in a linear index, within some units of what a double resolves', () => {
    const within = fc.array(
      anyNumber.filter((value) => Math.abs(value) <= 1e306),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(within, (values) => {
        const found = answer([{ fn: 'percentile', q: 0.5, index: 'linear', width: 0.01 }], spaced(values))
        const exact = rankOf(values, 0.5)
        expect(Math.abs(Number(found['p50']) - exact)).toBeLessThanOrEqual(0.006 + Math.abs(exact) * 2 ** -50)
      }),
    )
  })

  it('double the width of all buckets together when there are too many, in any order and grouping', () => {
    const count = 3 * SKETCH_BUCKETS_MAX
    const values = Array.from({ length: count }, (_, index) => (index * 7919) % count)
    const plan = planOf({ fn: 'percentile', q: 0.5, index: 'linear', width: 1 })
    const whole = accumulate(plan, spaced(values))
    // Two collapses: four widths.
    expect(
      Math.abs(Number(whole.values(hullOf(spaced(values)))['p50']) - rankOf(values, 0.5)),
    ).toBeLessThanOrEqual(2)
    const parts = partsOf(spaced(values), [100, 2500, 5000]).map((part) => accumulate(plan, part))
    expect(sketchOf(mergeAll(plan, parts, [1, 1, 0].values()))).toEqual(sketchOf(whole))
    const ascending = values.toSorted((left, right) => left - right)
    expect(sketchOf(accumulate(plan, spaced(ascending), 513))).toEqual(sketchOf(whole))
    expect(sketchOf(accumulate(plan, spaced(ascending.toReversed()), 77))).toEqual(sketchOf(whole))
  })

  it('find their level at once, however far it is', () => {
    const values = Array.from({ length: 3000 }, (_, index) => (index % 2 === 0 ? 1 : -1) * 1.2 ** index)
    const plan = planOf({ fn: 'percentile', q: 0.5, index: 'linear', width: 0.001 })
    const whole = accumulate(plan, spaced(values))
    expect(sketchOf(accumulate(plan, spaced(values), 100))).toEqual(sketchOf(whole))
    expect(sketchOf(accumulate(plan, spaced(values.toReversed())))).toEqual(sketchOf(whole))
  })

  it('know how coarse a collapsed logarithmic index is', () => {
    const values = Array.from({ length: 6000 }, (_, index) => 1.001 ** index)
    const found = answer([{ fn: 'percentile', q: 0.5, alpha: 0.0001 }], spaced(values))
    const exact = rankOf(values, 0.5)
    // 1.001^6000 are 30,000 buckets of 0.02 %; four collapses make alpha 16 times as large.
    expect(Math.abs(Number(found['p50']) / exact - 1)).toBeLessThanOrEqual(0.0016)
  })

  it('share one sketch for all percentiles of an index', () => {
    const one = planOf({ fn: 'percentile', q: 0.5 })
    const two = planOf({ fn: 'percentile', q: 0.5 }, { fn: 'percentile', q: 0.99, alpha: 0.01 })
    const samples = spaced([1, 2, 3])
    expect(accumulate(two, samples).write()).toEqual(accumulate(one, samples).write())
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accumulate,
  answer,
  anyNumber,
  hardInputs,
  hullOf,
  mergeAll,
  partsOf,
  planOf,
  spaced,
} from './accumulate.ts'
import { exactMoments, exactShape, exactSum } from './exact.ts'

const UNIT_ROUNDOFF = 2 ** -53
const SMALLEST = Number.MIN_VALUE

const MOMENTS = [
  'sum',
  'mean',
  'variance',
  'std',
  'rms',
  'peak',
  'crestFactor',
  'min',
  'max',
  'range',
] as const
type Found = Readonly<Record<string, unknown>>

/** null stands for what no double holds. */
function expectNear(found: unknown, exact: number, relative: number): void {
  if (!Number.isFinite(exact)) {
    expect(found).toBeNull()
    return
  }
  // A result just below the largest double may round beyond it.
  if (found === null && Math.abs(exact) > Number.MAX_VALUE * (1 - relative)) return
  expect(typeof found).toBe('number')
  expect(Math.abs(Number(found) - exact)).toBeLessThanOrEqual(Math.max(relative * Math.abs(exact), SMALLEST))
}

/** The bounds that docs/aggregates.md states. */
function expectMoments(values: readonly number[], found: Found): void {
  const exact = exactMoments(values)
  const spread = 8 * (values.length + 8) * UNIT_ROUNDOFF
  expectNear(found['sum'], exactSum(values), UNIT_ROUNDOFF)
  expectNear(found['mean'], exact.mean, 2 * UNIT_ROUNDOFF)
  expectNear(found['std'], exact.std, spread)
  expectNear(found['variance'], exact.variance, 2 * spread)
  expectNear(found['rms'], exact.rms, spread)
  expect(found['peak']).toBe(exact.largest)
  if (exact.rms > 1e-300) expectNear(found['crestFactor'], exact.largest / exact.rms, 2 * spread)
  expect(found['min']).toBe(Math.min(...values.map((value) => value + 0)))
  expect(found['max']).toBe(Math.max(...values.map((value) => value + 0)))
}

function expectShape(values: readonly number[], found: Found): void {
  const exact = exactShape(values)
  if (exact === undefined) {
    expect(found).toMatchObject({ skewness: null, kurtosis: null })
    return
  }
  const roundoff = 64 * (values.length + 4) * UNIT_ROUNDOFF
  expectNear(found['kurtosis'], exact.kurtosis, roundoff)
  const error = Math.abs(Number(found['skewness']) - exact.skewness)
  expect(error).toBeLessThanOrEqual(roundoff * Math.sqrt(values.length))
}

describe('sum, mean and what is made of squares', () => {
  it.each(hardInputs)('are right on %s, against exact arithmetic', (_, values) => {
    expectMoments(values, answer(MOMENTS, spaced(values)))
  })

  it('are right on anything finite, against exact arithmetic', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 60 }), (values) => {
        expectMoments(values, answer(MOMENTS, spaced(values)))
      }),
      { numRuns: 150 },
    )
  })

  it('merge in any grouping to those of the whole, sum and mean with the same bits', () => {
    const plan = planOf(...MOMENTS)
    const cuts = fc.array(fc.nat(), { maxLength: 6 })
    const inputs = fc.array(anyNumber, { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(inputs, cuts, fc.infiniteStream(fc.nat()), (values, at, choices) => {
        const samples = spaced(values)
        const parts = partsOf(samples, at).map((part) => accumulate(plan, part))
        const merged = mergeAll(plan, parts, choices).values(hullOf(samples))
        expectMoments(values, merged)
        const whole = answer(MOMENTS, samples)
        for (const name of ['sum', 'mean', 'min', 'max', 'range', 'peak'])
          expect([name, merged[name]]).toEqual([name, whole[name]])
      }),
      { numRuns: 150 },
    )
  })

  it('give a sum whose bits depend on no order', () => {
    const shuffled = fc
      .array(anyNumber, { minLength: 1, maxLength: 30 })
      .chain((values) =>
        fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })),
      )
    fc.assert(
      fc.property(shuffled, ([values, other]) => {
        expect(answer(['sum', 'mean'], spaced(other))).toEqual(answer(['sum', 'mean'], spaced(values)))
      }),
    )
  })

  it('say that no double holds a range or a sum, but still give the deviation', () => {
    expect(answer(MOMENTS, spaced([1e308, -1e308]))).toMatchObject({ range: null, sum: 0, std: 1e308 })
    expect(answer(['sum', 'm2', 'std'], spaced([1e308, 1e308, 1.5e308]))).toMatchObject({
      sum: null,
      m2: null,
    })
  })
})

describe('skewness and kurtosis', () => {
  const shape = ['skewness', 'kurtosis']

  it.each(hardInputs)('are right on %s, against exact arithmetic', (_, values) => {
    expectShape(values, answer(shape, spaced(values)))
  })

  it('merge in any grouping to those of the whole', () => {
    const plan = planOf(...shape)
    const inputs = fc.array(anyNumber, { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(
        inputs,
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (values, cuts, to) => {
          const samples = spaced(values)
          const parts = partsOf(samples, cuts).map((part) => accumulate(plan, part))
          expectShape(values, mergeAll(plan, parts, to).values(hullOf(samples)))
        },
      ),
      { numRuns: 150 },
    )
  })
})

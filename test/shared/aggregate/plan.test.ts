import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AggregateAnswer } from '../../../shared/aggregate/plan.ts'
import { readingsOf } from '../../../shared/aggregate/readings.ts'
import {
  accumulate,
  anyNumber,
  columnOf,
  hullOf,
  mergeAll,
  partsOf,
  planOf,
  type Sample,
  type Value,
} from './accumulate.ts'

/** Every aggregate that there is. */
const ALL = [
  ...[
    'count',
    'bad',
    'uncertain',
    'goodShare',
    'sum',
    'mean',
    'variance',
    'std',
    'm2',
    'skewness',
    'kurtosis',
  ],
  ...['min', 'max', 'range', 'first', 'last', 'rms', 'peak', 'crestFactor', 'timeWeightedMean', 'integral'],
  { fn: 'integral', method: 'trapezoid', timeUnit: 'h', as: 'trapezoid' },
  { fn: 'coveredDuration', maxHold: '3s' },
  { fn: 'durationInState', state: 1 },
  ...['changes', 'increase', 'rate'],
  { fn: 'increase', wrap: 100, as: 'wrapped' },
  { fn: 'percentile', q: 0.95 },
  { fn: 'percentile', q: 0.5, index: 'log', reference: 20, as: 'fromReference' },
  { fn: 'percentile', q: 0.5, index: 'linear', width: 0.1, as: 'median' },
  'distinct',
  { fn: 'histogram', bounds: [-1, 0, 10] },
]

/** Same whatever the order and the grouping, to the last bit. */
const EXACT = [
  ...['count', 'bad', 'uncertain', 'sum', 'mean', 'min', 'max', 'range', 'first', 'last', 'peak', 'changes'],
  ...['coveredDuration', 'durationInState', 'p95', 'fromReference', 'median', 'distinct', 'histogram'],
]

const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: -3, max: 120 }) },
  { weight: 10, arbitrary: anyNumber },
  { weight: 2, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0) },
  { weight: 1, arbitrary: fc.boolean() },
)
const timeUs = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -1e15, max: 1e15 }))
const samplesOf = (value: fc.Arbitrary<Value>, maxLength = 60): fc.Arbitrary<Sample[]> =>
  fc.array(fc.tuple(timeUs, value, fc.constantFrom(0, 0, 0, 1, 2)), { minLength: 1, maxLength })

const withTexts = fc.oneof(
  { weight: 20, arbitrary: anyValue },
  { weight: 1, arbitrary: fc.constantFrom('run', 'idle') },
)

const pick = (answer: AggregateAnswer, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, answer[name]]))

describe('a plan of all aggregates', () => {
  const plan = planOf(...ALL)

  it('keeps the same state, bit for bit, in whatever batches the samples come', () => {
    fc.assert(
      fc.property(samplesOf(withTexts), fc.integer({ min: 1, max: 20 }), (samples, batch) => {
        const split = accumulate(plan, samples, batch)
        const whole = accumulate(plan, samples)
        expect(split.write()).toEqual(whole.write())
        expect(split.values(hullOf(samples))).toEqual(whole.values(hullOf(samples)))
      }),
      { numRuns: 120 },
    )
  })

  it('keeps the same state whether or not it is told that all samples are good and in order', () => {
    const inOrder = fc
      .array(fc.tuple(timeUs, fc.oneof(fc.integer({ min: -99, max: 99 }), anyNumber)), { minLength: 1 })
      .map((samples) => samples.sort(([left], [right]) => left - right))
    fc.assert(
      fc.property(inOrder, fc.integer({ min: 1, max: 20 }), (samples, batch) => {
        const told = plan.create()
        const readings = readingsOf(columnOf(samples), true)
        for (let from = 0; from < samples.length; from += batch)
          told.addRun(readings, from, Math.min(samples.length, from + batch))
        expect(told.write()).toEqual(accumulate(plan, samples).write())
      }),
      { numRuns: 200 },
    )
  })

  it('comes back from its JSON bit for bit, and goes on as if nothing had been', () => {
    fc.assert(
      fc.property(samplesOf(withTexts), fc.nat(), (samples, cut) => {
        const at = cut % (samples.length + 1)
        const before = accumulate(plan, samples.slice(0, at))
        const text = JSON.stringify(before.write())
        const back = plan.read(JSON.parse(text))
        expect(JSON.stringify(back.write())).toBe(text)
        expect(back.values(hullOf(samples))).toEqual(before.values(hullOf(samples)))
        const rest = accumulate(plan, samples.slice(at))
        expect(plan.merge(back, rest).write()).toEqual(plan.merge(before, rest).write())
      }),
      { numRuns: 120 },
    )
  })

  it('merges in any grouping to the same answers where those are exact', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 6 })
    fc.assert(
      fc.property(samplesOf(withTexts), cuts, fc.infiniteStream(fc.nat()), (samples, at, choices) => {
        const parts = partsOf(samples, at).map((part) => accumulate(plan, part))
        const states = parts.map((part) => JSON.stringify(part.write()))
        const merged = mergeAll(plan, parts, choices).values(hullOf(samples))
        const whole = accumulate(plan, samples).values(hullOf(samples))
        expect(pick(merged, EXACT)).toEqual(pick(whole, EXACT))
        // Merging changes neither side.
        expect(parts.map((part) => JSON.stringify(part.write()))).toEqual(states)
      }),
      { numRuns: 150 },
    )
  })

  it('counts bad, NaN and infinite samples and lets none of them in', () => {
    const samples: Sample[] = [
      [0, 1],
      [1e6, Number.NaN],
      [2e6, 2, 1],
      [3e6, Number.POSITIVE_INFINITY],
      [4e6, 50, 2],
      [5e6, 3],
    ]
    expect(accumulate(plan, samples).values(hullOf(samples))).toMatchObject({
      ...{ count: 3, bad: 3, uncertain: 1, goodShare: 2 / 6, sum: 6, mean: 2, min: 1, max: 3, m2: 2 },
      ...{
        first: 1,
        last: 3,
        changes: 2,
        increase: 2,
        median: 2,
        distinct: 3,
        histogram: { counts: [0, 0, 3, 0] },
      },
    })
  })

  it('answers for a window without good samples', () => {
    const bounds = { startUs: 0, endUs: 10e6 }
    const only = accumulate(plan, [[1e6, Number.NaN]]).values(bounds)
    expect(only).toMatchObject({ count: 0, bad: 1, goodShare: 0, sum: 0, integral: 0, coveredDuration: 0 })
    expect(only).toMatchObject({ changes: 0, increase: 0, distinct: 0, durationInState: 0 })
    for (const name of [
      'mean',
      'min',
      'max',
      'std',
      'first',
      'last',
      'rms',
      'rate',
      'p95',
      'timeWeightedMean',
      'kurtosis',
    ])
      expect([name, only[name]]).toEqual([name, null])
  })

  it('takes booleans as 0 and 1, and gives them back as booleans', () => {
    const samples: Sample[] = [true, false, true, true].map((value, index) => [index * 1e6, value])
    expect(accumulate(plan, samples).values(hullOf(samples))).toMatchObject({
      ...{ count: 4, mean: 0.75, min: 0, max: 1, first: true, last: true, changes: 2, distinct: 2 },
      timeWeightedMean: 2 / 3,
    })
  })

  it('gives texts a count, ends, changes and a distinct count, and no number', () => {
    const samples: Sample[] = ['idle', 'run', 'stop'].map((value, index) => [index * 1e6, value])
    const found = accumulate(plan, samples).values(hullOf(samples))
    expect(found).toMatchObject({ count: 3, first: 'idle', last: 'stop', changes: 2, distinct: 3 })
    expect(found['coveredDuration']).toBe(2e6)
    for (const name of ['sum', 'mean', 'min', 'std', 'skewness', 'p95', 'histogram', 'integral', 'increase'])
      expect([name, found[name]]).toEqual([name, null])
  })

  it('gives no number over a part when texts and numbers meet in one window', () => {
    const samples: Sample[] = [
      [0, 1],
      [1e6, 2],
      [2e6, 'off'],
    ]
    const found = accumulate(plan, samples).values(hullOf(samples))
    expect(found).toMatchObject({ count: 3, mean: null, min: null, median: null, rate: null, last: 'off' })
  })

  it('refuses what another plan has written', () => {
    const other = planOf('mean', 'kurtosis')
    expect(() => plan.read(other.create().write())).toThrow('another plan')
    expect(() => other.read([[[0, 0, 0, 0, null, null]], 'x'])).toThrow()
  })

  it('keeps a window small that only counts', () => {
    const counting = planOf('count', 'last', 'bad')
    expect(JSON.stringify(accumulate(counting, [[5, 1.5]]).write())).toBe('[[[1,0,0,0,5,1.5]]]')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addRun, readingsOf } from '../../../shared/aggregate/add-run.ts'
import { createAggregate, mergeAggregates, valuesOf } from '../../../shared/aggregate/aggregate.ts'
import { AggregateState, readAggregate, writeAggregate } from '../../../shared/aggregate/state.ts'
import type { Column, ColumnValues } from '../../../shared/frame/frame.ts'
import { exactMoments } from './exact.ts'

const column = (data: ColumnValues, quality?: readonly number[], timesUs?: readonly number[]): Column => ({
  tag: 'a',
  timesUs: Float64Array.from(timesUs ?? new Float64Array(data.values.length).map((_, index) => index)),
  quality: Uint8Array.from(quality ?? new Uint8Array(data.values.length)),
  data,
})

const numbers = (values: readonly number[], quality?: readonly number[], timesUs?: readonly number[]) =>
  column({ kind: 'number', values: Float64Array.from(values) }, quality, timesUs)

function aggregateOf(input: Column, from = 0, to = input.timesUs.length) {
  const aggregate = createAggregate()
  addRun(aggregate, readingsOf(input), from, to)
  return aggregate
}

const UNIT_ROUNDOFF = 2 ** -53

/** n·κ·2^-53 with some room, κ = |mean| / std; and never asked to be better than 1e-12. */
function expectClose(found: number | null, exact: number, bound: number): void {
  expect(found).not.toBeNull()
  expect(Math.abs((found ?? Number.NaN) - exact)).toBeLessThanOrEqual(bound)
}

function expectMoments(values: readonly number[], found: ReturnType<typeof valuesOf>): void {
  const { mean, std, largest } = exactMoments(values)
  const roundoff = 4 * (values.length + 4) * UNIT_ROUNDOFF
  // The smallest subnormal: no double is nearer.
  expectClose(found.mean, mean, Math.max(roundoff * largest, 5e-324))
  expectClose(found.std, std, Math.max(roundoff * Math.hypot(std, Math.abs(mean)), 1e-12 * std, 5e-324))
}

const hardInputs: readonly (readonly [string, readonly number[]])[] = [
  ['a large mean with small noise', Array.from({ length: 1000 }, (_, index) => 1e9 + (index % 10))],
  [
    'a larger mean with smaller noise',
    Array.from({ length: 1000 }, (_, index) => 1e15 + ((index * 7) % 16) / 8),
  ],
  ['the largest doubles', [1e308, -1e308, 1.7e308, -1.7e308, Number.MAX_VALUE, -Number.MAX_VALUE]],
  ['only the largest double', Array.from({ length: 50 }, () => Number.MAX_VALUE)],
  ['squares that would overflow', [1e200, 2e200, 3e200, -5e200]],
  ['subnormals', [5e-324, 1e-323, 2e-320, -4e-322]],
  ['squares that would vanish', [1e-200, 2e-200, 3e-200]],
  ['everything at once', [1e-310, 1, 1e308, -3, 2e-200, 1e150]],
  ['small, then large', [1e-300, 2e-300, 5, 6, 1e300]],
  ['large, then small', [1e300, 6, 5, 2e-300, 1e-300]],
  ['one value', [0.1]],
  ['no spread', Array.from({ length: 1000 }, () => 0.1)],
  ['zeros', [0, -0, 0]],
]

const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 1e9 - 1, max: 1e9 + 1, noNaN: true }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -1e-300, max: 1e-300, noNaN: true }),
)

describe('the running aggregate', () => {
  it.each(hardInputs)('is right on %s, against exact arithmetic', (_, values) => {
    expectMoments(values, valuesOf(aggregateOf(numbers(values))))
  })

  it('is right on anything finite, against exact arithmetic', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 60 }), (values) => {
        const found = valuesOf(aggregateOf(numbers(values)))
        expectMoments(values, found)
        expect(found.min).toBe(Math.min(...values.map((value) => value + 0)))
        expect(found.max).toBe(Math.max(...values.map((value) => value + 0)))
      }),
      { numRuns: 300 },
    )
  })

  it('merges in any grouping to the aggregate of the whole', () => {
    const parts = fc.array(fc.array(anyNumber, { maxLength: 20 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (arrays, choices) => {
        const values = arrays.flat()
        fc.pre(values.length > 0)
        const whole = aggregateOf(numbers(values))
        let from = 0
        const pieces = arrays.map((array) => {
          from += array.length
          return aggregateOf(numbers(values), from - array.length, from)
        })
        while (pieces.length > 1) {
          const at = (choices.next().value ?? 0) % (pieces.length - 1)
          const [earlier, later] = pieces.slice(at, at + 2)
          if (earlier && later) pieces.splice(at, 2, mergeAggregates(earlier, later))
        }
        const merged = valuesOf(pieces[0] ?? createAggregate())
        expectMoments(values, merged)
        const { mean: _mean, std: _std, m2: _m2, ...exact } = valuesOf(whole)
        expect(merged).toMatchObject(exact)
      }),
      { numRuns: 300 },
    )
  })

  it('has the same bits however a column is split into runs', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 60 }), fc.nat(), (values, cut) => {
        const input = numbers(values)
        const split = createAggregate()
        const at = cut % (values.length + 1)
        addRun(split, readingsOf(input), 0, at)
        addRun(split, readingsOf(input), at, values.length)
        expect(split).toEqual(aggregateOf(input))
      }),
    )
  })

  it('comes back from its JSON with the same bits', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 30 }), (values) => {
        const aggregate = aggregateOf(numbers(values))
        const text = JSON.stringify(writeAggregate(aggregate))
        expect(text).not.toMatch(/NaN|Infinity/)
        const back = readAggregate(AggregateState.parse(JSON.parse(text)))
        for (const [key, value] of Object.entries(aggregate)) {
          expect([key, Object.is(back[key as keyof typeof back], value)]).toEqual([key, true])
        }
      }),
    )
  })

  it('counts bad, NaN and infinite samples and lets none of them in', () => {
    const input = numbers([1, Number.NaN, 2, Number.POSITIVE_INFINITY, 50, 3], [0, 0, 1, 0, 2, 0])
    expect(valuesOf(aggregateOf(input))).toMatchObject({
      count: 3,
      bad: 3,
      uncertain: 1,
      goodShare: 2 / 6,
      mean: 2,
      min: 1,
      max: 3,
      m2: 2,
      last: 3,
    })
  })

  it('takes the last value by time, and of equal times by arrival, over merges as well', () => {
    const input = numbers([1, 2, 3, 4], [0, 0, 0, 0], [5, 9, 9, 7])
    expect(aggregateOf(input).last).toBe(3)
    expect(mergeAggregates(aggregateOf(input, 0, 2), aggregateOf(input, 2, 4)).last).toBe(3)
  })

  it('takes booleans as 0 and 1 and gives the last one back as a boolean', () => {
    const input = column({ kind: 'boolean', values: Uint8Array.of(1, 0, 1, 1) })
    expect(valuesOf(aggregateOf(input))).toMatchObject({ count: 4, mean: 0.75, min: 0, max: 1, last: true })
  })

  it('gives texts a count and a last value and nothing else', () => {
    const input = column({ kind: 'text', values: ['idle', 'run', 'stop'] }, [0, 0, 2])
    expect(valuesOf(aggregateOf(input))).toEqual({
      count: 2,
      bad: 1,
      uncertain: 0,
      goodShare: 2 / 3,
      mean: null,
      min: null,
      max: null,
      std: null,
      m2: null,
      last: 'run',
    })
  })

  it('gives no mean over a part when texts and numbers meet in one window', () => {
    const mixed = createAggregate()
    addRun(mixed, readingsOf(numbers([1, 2])), 0, 2)
    addRun(mixed, readingsOf(column({ kind: 'text', values: ['off'] }, [0], [9])), 0, 1)
    expect(valuesOf(mixed)).toMatchObject({ count: 3, mean: null, min: null, last: 'off' })
  })

  it('says nothing of squares that no double holds, but still gives the deviation', () => {
    const found = valuesOf(aggregateOf(numbers([1e300, 3e300])))
    expect(found.m2).toBeNull()
    expect(found.std).toBe(1e300)
  })
})

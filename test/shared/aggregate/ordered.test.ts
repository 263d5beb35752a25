import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ORDERED_SAMPLES_MAX } from '../../../shared/aggregate/groups/ordered.ts'
import type { WindowBounds } from '../../../shared/aggregate/plan.ts'
import { accumulate, answer, mergeAll, partsOf, planOf, type Sample, type Value } from './accumulate.ts'
import { exactArea } from './exact.ts'

const WINDOW: WindowBounds = { startUs: 0, endUs: 10e6 }
const seconds = (...pairs: (readonly [number, Value])[]): Sample[] =>
  pairs.map(([at, value]) => [at * 1e6, value])

/** By time, then by arrival: what a window would be if everything had come in order. */
const inOrder = (samples: readonly Sample[]): Sample[] =>
  samples.map((sample) => sample).sort(([left], [right]) => left - right)

/** The obvious computation, sample by sample over all of them, in exact arithmetic. */
function model(samples: readonly Sample[], { startUs, endUs, carryIn }: WindowBounds, maxHoldUs: number) {
  const known = inOrder(samples)
  if (carryIn !== undefined) known.unshift([carryIn.timeUs, carryIn.value])
  const parts: [number, number][] = []
  let heldUs = 0
  let changes = 0
  let rise = 0n
  for (const [index, [timeUs, value]] of known.entries()) {
    const next = known[index + 1]
    const from = Math.max(timeUs, startUs)
    const until = Math.min(next?.[0] ?? endUs, timeUs + maxHoldUs)
    if (until > from) parts.push([Number(value), until - from])
    if (value === 1) heldUs += Math.max(0, (next?.[0] ?? endUs) - from)
    if (next === undefined) continue
    if (next[1] !== value) changes++
    rise += BigInt(Number(next[1])) - (Number(next[1]) < Number(value) ? 0n : BigInt(Number(value)))
  }
  const covered = parts.reduce((total, [, us]) => total + us, 0)
  return { area: exactArea(parts, 1e6), parts, covered, heldUs, changes, rise: Number(rise) }
}

const ORDERED = [
  { fn: 'timeWeightedMean', maxHold: '5us' },
  { fn: 'integral', maxHold: '5us' },
  { fn: 'coveredDuration', maxHold: '5us' },
  { fn: 'durationInState', state: 1 },
  'changes',
  'increase',
]
const anySamples = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -2, max: 1000 })), {
  minLength: 1,
  maxLength: 40,
})
const carryIn = fc.option(
  fc.record({ timeUs: fc.integer({ min: -8, max: -1 }), value: fc.integer({ min: 0, max: 3 }) }),
  { nil: undefined },
)
const boundsOf = (carried: WindowBounds['carryIn']): WindowBounds => ({
  startUs: 0,
  endUs: 100,
  ...(carried === undefined ? {} : { carryIn: carried }),
})

describe('aggregates in event order', () => {
  it('are those of the sorted samples, whatever the order of arrival and the grouping', () => {
    const plan = planOf(...ORDERED)
    const cuts = fc.array(fc.nat(), { maxLength: 5 })
    fc.assert(
      fc.property(anySamples, carryIn, cuts, fc.infiniteStream(fc.nat()), (samples, carried, at, choices) => {
        const bounds = boundsOf(carried)
        const parts = partsOf(samples, at).map((part) => accumulate(plan, part))
        const found = mergeAll(plan, parts, choices).values(bounds)
        const expected = model(samples, bounds, 5)
        expect(found['coveredDuration']).toBe(expected.covered)
        expect(found['durationInState']).toBe(expected.heldUs)
        expect(found['changes']).toBe(expected.changes)
        expect(found['increase']).toBe(expected.rise)
        const bound = 1e-13 * expected.parts.reduce((total, [value, us]) => total + Math.abs(value * us), 0)
        expect(Math.abs(Number(found['integral']) - expected.area) * 1e6).toBeLessThanOrEqual(bound)
        const mean = (Number(found['integral']) / expected.covered) * 1e6
        if (expected.covered > 0) expect(found['timeWeightedMean']).toBeCloseTo(mean, 9)
        else expect(found['timeWeightedMean']).toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  it('stay right in windows far larger than the list of samples, as long as the disorder is not', () => {
    const plan = planOf('changes', 'increase', 'integral', { fn: 'durationInState', state: 3 })
    const count = 10 * ORDERED_SAMPLES_MAX
    const sorted: Sample[] = Array.from({ length: count }, (_, index) => [index * 1000, (index * index) % 7])
    const disordered = sorted
      .map((sample, index) => ({ sample, place: index + ((index * 37) % 100) }))
      .sort((left, right) => left.place - right.place)
      .map(({ sample }) => sample)
    const bounds = { startUs: 0, endUs: count * 1000 }
    const whole = accumulate(plan, disordered, 64).values(bounds)
    expect(whole).toEqual(accumulate(plan, sorted).values(bounds))
    const exact = exactArea(
      sorted.map(([, value]) => [Number(value), 1000]),
      1e6,
    )
    expect(whole['integral']).toBeCloseTo(exact, 12)
    // Panes that follow one another join without loss, in any grouping.
    const parts = partsOf(sorted, [300, 900, 1500]).map((part) => accumulate(plan, part))
    expect(mergeAll(plan, parts, [2, 0, 0].values()).values(bounds)['changes']).toBe(whole['changes'])
  })

  it('leave out a sample that comes when its place is only a sum', () => {
    const plan = planOf('changes', 'count')
    const samples: Sample[] = Array.from({ length: 2 * ORDERED_SAMPLES_MAX }, (_, index) => [
      index,
      index % 2,
    ])
    const bounds = { startUs: 0, endUs: 1e6 }
    const before = accumulate(plan, samples)
    const after = accumulate(plan, [...samples, [0.5, 7]])
    expect(after.values(bounds)).toEqual({ ...before.values(bounds), count: samples.length + 1 })
    expect([before.displaced, after.displaced]).toEqual([0, 1])
    expect(plan.merge(after, plan.read(after.write())).displaced).toBeGreaterThan(2)
  })

  it('hold the carried value until the first sample, and the last value to the end', () => {
    const samples = seconds([2, 10], [6, 20])
    const carried = { ...WINDOW, carryIn: { timeUs: -3e6, value: 40 } }
    const list = ['timeWeightedMean', { fn: 'coveredDuration', maxHold: '4s' }]
    expect(answer(list, samples, carried)).toEqual({ timeWeightedMean: 20, coveredDuration: 9e6 })
    expect(answer(list, [], carried)).toEqual({ timeWeightedMean: 40, coveredDuration: 1e6 })
  })

  it('begin at the first sample where a text was carried in', () => {
    const carried = { ...WINDOW, carryIn: { timeUs: -3e6, value: 'offline' } }
    const list = ['timeWeightedMean', 'rate', 'coveredDuration', 'changes']
    expect(answer(list, seconds([2, 10], [6, 30]), carried)).toEqual({
      ...{ timeWeightedMean: 20, rate: 2, coveredDuration: 10e6, changes: 2 },
    })
  })

  it('draw a line between samples, cut at the start of the window and at the longest hold', () => {
    const line = [{ fn: 'integral', method: 'trapezoid' }]
    const carried = { ...WINDOW, carryIn: { timeUs: -1e6, value: 0 } }
    expect(answer(line, seconds([1, 2], [4, 8], [9, 3]), carried)).toEqual({ integral: 47 })
    const short = [{ fn: 'integral', method: 'trapezoid', maxHold: '2s' }]
    expect(answer(short, seconds([0, 0], [4, 8]), WINDOW)).toEqual({ integral: 4 + 16 })
  })

  it('survive values whose product with a time is no double', () => {
    const large = seconds([0, 1.7e308], [5, 1.5e308])
    expect(answer(['timeWeightedMean'], large, WINDOW)['timeWeightedMean']).toBeCloseTo(1.6e308, -295)
    expect(answer(['integral'], large, WINDOW)).toEqual({ integral: null })
    const small = seconds([0, 1e-320], [5, 3e-320])
    expect(
      Math.abs(Number(answer(['timeWeightedMean'], small, WINDOW)['timeWeightedMean']) - 2e-320),
    ).toBeLessThan(1e-323)
  })

  it('count what a counter rose by over resets and declared wraps', () => {
    expect(answer(['increase'], seconds([0, 100], [1, 105], [2, 3], [3, 8]))).toEqual({ increase: 13 })
    const wrap = [{ fn: 'increase', wrap: 2 ** 32 }]
    expect(answer(wrap, seconds([0, 2 ** 32 - 6], [1, 5]))).toEqual({ increase: 11 })
    expect(answer([{ fn: 'increase', wrap: 65536 }], seconds([0, 70000], [1, 4]))).toEqual({ increase: 4 })
    expect(answer(['increase'], seconds([0, 2 ** 53 - 992], [1, 2 ** 53 - 1]))).toEqual({ increase: 991 })
    const carried = { ...WINDOW, carryIn: { timeUs: -5e6, value: 10 } }
    expect(answer(['rate'], seconds([3, 12], [9, 30]), carried)).toEqual({ rate: 2 })
    expect(answer(['rate'], seconds([3, 12]), WINDOW)).toEqual({ rate: null })
  })

  it('take the carried value as the one before, and tell 1 from true', () => {
    const samples = seconds([0, 1], [1, 1], [2, true], [3, 'on'])
    expect(answer(['changes'], samples, { ...WINDOW, carryIn: { timeUs: -1, value: 0 } })).toEqual({
      changes: 3,
    })
    const state = [{ fn: 'durationInState', state: true }]
    expect(answer(state, samples, WINDOW)).toEqual({ durationInState: 1e6 })
  })
})

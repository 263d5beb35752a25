import fc from 'fast-check'
import {
  type Accumulator,
  type AggregateAnswer,
  type AggregatePlan,
  compileAggregates,
  type WindowBounds,
} from '../../../shared/aggregate/plan.ts'
import { readingsOf } from '../../../shared/aggregate/readings.ts'
import { parseAggregates } from '../../../shared/aggregate/spec.ts'
import type { Column, ColumnValues } from '../../../shared/frame/frame.ts'

export type Value = number | boolean | string
export type Sample = readonly [timeUs: number, value: Value, quality?: number]

export const planOf = (...list: readonly unknown[]): AggregatePlan => compileAggregates(parseAggregates(list))

/** Values one second apart. */
export const spaced = (values: readonly Value[]): Sample[] =>
  values.map((value, index) => [index * 1e6, value])

function valuesOf(values: readonly Value[]): ColumnValues {
  if (typeof values[0] === 'string') return { kind: 'text', values: values.map(String) }
  if (typeof values[0] === 'boolean') return { kind: 'boolean', values: Uint8Array.from(values, Number) }
  return { kind: 'number', values: Float64Array.from(values, Number) }
}

export const columnOf = (samples: readonly Sample[]): Column => ({
  tag: 'a',
  timesUs: Float64Array.from(samples, ([timeUs]) => timeUs),
  quality: Uint8Array.from(samples, ([, , quality]) => quality ?? 0),
  data: valuesOf(samples.map(([, value]) => value)),
})

/** Adds samples as columns of one kind each, in batches of at most `batch`. */
export function add(
  accumulator: Accumulator,
  samples: readonly Sample[],
  batch = samples.length,
): Accumulator {
  for (let from = 0; from < samples.length; ) {
    const kind = typeof samples[from]?.[1]
    let to = from
    while (to < samples.length && typeof samples[to]?.[1] === kind) to++
    const readings = readingsOf(columnOf(samples.slice(from, to)))
    for (let start = 0; start < to - from; start += batch)
      accumulator.addRun(readings, start, Math.min(to - from, start + batch))
    from = to
  }
  return accumulator
}

export const accumulate = (plan: AggregatePlan, samples: readonly Sample[], batch?: number): Accumulator =>
  add(plan.create(), samples, batch)

/** From the first to the last sample. */
export function hullOf(samples: readonly Sample[]): WindowBounds {
  const timesUs = samples.map(([timeUs]) => timeUs)
  return { startUs: Math.min(...timesUs), endUs: Math.max(...timesUs) }
}

/** What a list of aggregates answers for samples, from the first to the last of them where no bounds are given. */
export function answer(
  list: readonly unknown[],
  samples: readonly Sample[],
  bounds: WindowBounds = hullOf(samples),
): AggregateAnswer {
  return accumulate(planOf(...list), samples).values(bounds)
}

/** Parts of the samples at the given cuts. */
export function partsOf(samples: readonly Sample[], cuts: readonly number[]): Sample[][] {
  const ends = [...new Set(cuts.map((cut) => cut % (samples.length + 1)))].sort((a, b) => a - b)
  return [...ends, samples.length].map((end, index) => samples.slice(ends[index - 1] ?? 0, end))
}

/** Merges neighbours in an order that `choices` gives, until one is left. */
export function mergeAll(
  plan: AggregatePlan,
  accumulators: readonly Accumulator[],
  choices: Iterator<number>,
): Accumulator {
  const pieces = [...accumulators]
  while (pieces.length > 1) {
    const at = (choices.next().value ?? 0) % (pieces.length - 1)
    const [earlier, later] = pieces.slice(at, at + 2)
    if (earlier && later) pieces.splice(at, 2, plan.merge(earlier, later))
  }
  return pieces[0] ?? plan.create()
}

/** Whole and broken numbers, offsets with noise, tiny and huge ones. */
export const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 1e9 - 1, max: 1e9 + 1, noNaN: true }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -1e-300, max: 1e-300, noNaN: true }),
)

/** Inputs on which the plain formulas fail. */
export const hardInputs: readonly (readonly [string, readonly number[]])[] = [
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
  ['an outlier first', [1e12, ...Array.from({ length: 500 }, (_, index) => (index * 37) % 11)]],
  ['what cancels', [1e16, 1, 1, 1, -1e16]],
  ['partial sums beyond the largest double', [1.5e308, 1.5e308, -1.5e308, -1.5e308, 1]],
  ['six hundred decades', [1e-300, 1e300, 1, -1e300, -1]],
  ['one value', [0.1]],
  ['no spread', Array.from({ length: 1000 }, () => 0.1)],
  ['zeros', [0, -0, 0]],
]

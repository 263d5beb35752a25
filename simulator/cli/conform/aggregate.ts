import * as z from 'zod'
import {
  type Accumulator,
  type AggregatePlan,
  type AggregateValue,
  compileAggregates,
  type WindowBounds,
} from '../../../shared/aggregate/plan.ts'
import { readingsOf } from '../../../shared/aggregate/readings.ts'
import { parseAggregates } from '../../../shared/aggregate/spec.ts'
import type { Column, ColumnValues } from '../../../shared/frame/frame.ts'
import type { CaseOutcome } from './check.ts'

const Sample = z.tuple([z.number(), z.union([z.number(), z.boolean(), z.string()])])
type Sample = z.output<typeof Sample>

const AggregateCase = z.object({
  aggregate: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
  samples: z.array(Sample),
  window: z.object({ startUs: z.number(), endUs: z.number(), carryIn: Sample.optional() }).optional(),
  merge: z.array(z.int().min(0)).default([]),
  expect: z.unknown(),
  tolerance: z.object({ relative: z.number().optional(), absolute: z.number().optional() }).default({}),
})
type AggregateCase = z.output<typeof AggregateCase>

/** Name of the only aggregate of a case. */
const ANSWER = 'answer'

/**
 * Runs a case of one aggregate: over all samples at once and, where the case says so, over parts that are merged and
 * that went through their JSON in between. All answers have to be the expected one.
 */
export function checkAggregateCase(line: unknown): CaseOutcome {
  const aggregateCase = AggregateCase.parse(line)
  const { aggregate, params, samples, merge, expect: expected } = aggregateCase
  const plan = compileAggregates(parseAggregates([{ ...params, fn: aggregate, as: ANSWER }]))
  const bounds = boundsOf(aggregateCase)
  const whole = accumulate(plan, samples)
  const answers = [
    whole,
    plan.read(JSON.parse(JSON.stringify(whole.write()))),
    ...merged(plan, samples, merge),
  ]
  for (const accumulator of answers) {
    const actual = accumulator.values(bounds)[ANSWER]
    if (!isExpected(actual, aggregateCase)) return { passed: false, expected, actual }
  }
  return { passed: true }
}

/** Without a window, from the first to the last sample. */
function boundsOf({ window, samples }: AggregateCase): WindowBounds {
  if (window === undefined) {
    const timesUs = samples.map(([timeUs]) => timeUs)
    return timesUs.length === 0
      ? { startUs: 0, endUs: 0 }
      : { startUs: Math.min(...timesUs), endUs: Math.max(...timesUs) }
  }
  const { startUs, endUs, carryIn } = window
  if (carryIn === undefined) return { startUs, endUs }
  return { startUs, endUs, carryIn: { timeUs: carryIn[0], value: carryIn[1] } }
}

/** The parts between the indexes, merged from the left and from the right. */
function merged(plan: AggregatePlan, samples: readonly Sample[], indexes: readonly number[]): Accumulator[] {
  if (indexes.length === 0) return []
  const ends = [...indexes, samples.length]
  const parts = ends.map((end, at) => accumulate(plan, samples.slice(ends[at - 1] ?? 0, end)))
  const fromLeft = parts.reduce((earlier, later) => plan.merge(earlier, later))
  const fromRight = parts.reduceRight((later, earlier) => plan.merge(earlier, later))
  return [fromLeft, fromRight]
}

function accumulate(plan: AggregatePlan, samples: readonly Sample[]): Accumulator {
  const accumulator = plan.create()
  for (let from = 0; from < samples.length; ) {
    const kind = typeof samples[from]?.[1]
    let to = from
    while (to < samples.length && typeof samples[to]?.[1] === kind) to++
    accumulator.addRun(readingsOf(columnOf(samples.slice(from, to))), 0, to - from)
    from = to
  }
  return accumulator
}

const columnOf = (samples: readonly Sample[]): Column => ({
  tag: ANSWER,
  timesUs: Float64Array.from(samples, ([timeUs]) => timeUs),
  quality: new Uint8Array(samples.length),
  data: valuesOf(samples.map(([, value]) => value)),
})

/** @param values all of one type */
function valuesOf(values: readonly (number | boolean | string)[]): ColumnValues {
  if (typeof values[0] === 'string') return { kind: 'text', values: values.map(String) }
  if (typeof values[0] === 'boolean') return { kind: 'boolean', values: Uint8Array.from(values, Number) }
  return { kind: 'number', values: Float64Array.from(values, Number) }
}

/** Either tolerance suffices; without one, or for what is no number, the answer has to be equal. */
function isExpected(
  actual: AggregateValue | undefined,
  { expect: expected, tolerance }: AggregateCase,
): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number')
    return JSON.stringify(actual) === JSON.stringify(expected)
  const error = Math.abs(actual - expected)
  const { absolute = 0, relative = 0 } = tolerance
  return error <= Math.max(absolute, relative * Math.abs(expected))
}

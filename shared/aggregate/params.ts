import * as z from 'zod'
import { parseDurationUs } from '../time/duration.ts'

/** A value as a sample may carry it. */
export type SampleValue = number | boolean | string

/** More bounds than this are a sketch's work, and every window keeps a counter for each. */
const HISTOGRAM_BOUNDS_MAX = 256

/** Kept as written, so that parameters can be saved and read again. */
const duration = z
  .string()
  .refine(isDuration, 'expected a duration such as 250ms, 10s, 1m or 90d')
  .meta({ examples: ['250ms', '10s', '1m', '90d'] })

function isDuration(text: string): boolean {
  try {
    return parseDurationUs(text) > 0
  } catch {
    return false
  }
}

/** How the value runs between two samples. */
const course = {
  /** `step`: a value holds until the next one; `trapezoid`: a straight line joins the two. */
  method: z.enum(['step', 'trapezoid']).default('step'),
  /** A value tells nothing beyond this long after it was taken; without, it holds until the next one. */
  maxHold: duration.optional(),
}

const wrap = { wrap: z.number().positive().optional() }

/** Parameters of each aggregate as they are written in a configuration. */
export const PARAMS = {
  count: z.strictObject({}),
  bad: z.strictObject({}),
  uncertain: z.strictObject({}),
  goodShare: z.strictObject({}),
  sum: z.strictObject({}),
  mean: z.strictObject({}),
  variance: z.strictObject({}),
  std: z.strictObject({}),
  m2: z.strictObject({}),
  skewness: z.strictObject({}),
  kurtosis: z.strictObject({}),
  min: z.strictObject({}),
  max: z.strictObject({}),
  range: z.strictObject({}),
  first: z.strictObject({}),
  last: z.strictObject({}),
  rms: z.strictObject({}),
  peak: z.strictObject({}),
  crestFactor: z.strictObject({}),
  timeWeightedMean: z.strictObject(course),
  integral: z.strictObject({ ...course, timeUnit: z.enum(['ms', 's', 'm', 'h', 'd']).default('s') }),
  coveredDuration: z.strictObject(course),
  durationInState: z.strictObject({ state: z.union([z.number(), z.boolean(), z.string()]) }),
  changes: z.strictObject({}),
  increase: z.strictObject(wrap),
  rate: z.strictObject(wrap),
  percentile: z.strictObject({
    q: z.number().min(0).max(1),
    index: z.enum(['log', 'linear']).default('log'),
    /** Of the logarithmic index: the relative error. */
    alpha: z.number().min(0.0001).max(0.2).optional(),
    /** Of the logarithmic index: the error is relative to the distance from here. */
    reference: z.number().optional(),
    /** Of the linear index, where it is required: the width of a bucket. */
    width: z.number().positive().optional(),
  }),
  distinct: z.strictObject({ precision: z.int().min(4).max(18).default(14) }),
  histogram: z.strictObject({ bounds: z.array(z.number()).min(1).max(HISTOGRAM_BOUNDS_MAX) }),
} as const

export type AggregateName = keyof typeof PARAMS
export const AGGREGATE_NAMES = Object.keys(PARAMS) as readonly AggregateName[]

export type AggregateParams = { readonly [Name in AggregateName]: Readonly<z.output<(typeof PARAMS)[Name]>> }

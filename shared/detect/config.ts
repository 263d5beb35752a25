import * as z from 'zod'
import { Severity } from '../alarm/change.ts'
import { count, duration, flag, real } from '../component/config-types.ts'
import { TagFilters } from '../tag/tag-filters.ts'
import { BANDS_MAX, NAME_LENGTH_MAX, TEXT_LENGTH_MAX } from './limits.ts'

const positive = duration.refine((us) => us > 0, 'a duration of more than 0s')

/** What every detection has: whose alarm it is, and how the alarm lives. */
const common = {
  /** Part of the identity of alarms: keep it when you change limits. */
  name: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .regex(/^[^|]*$/, 'a name without |'),
  tags: TagFilters,
  severity: Severity.prefault('warning'),
  /** What the person who is woken should read. */
  text: z.string().max(TEXT_LENGTH_MAX).optional(),
  /** A latched alarm stays until it is acknowledged, however short its cause was. */
  latched: flag.prefault(false),
  /** Least event time between a clearing and the next raising: keeps a value on its limit from chattering. */
  reraiseAfter: duration.prefault('0s'),
  /** Least event time between two notices that a standing alarm has grown worse. */
  updateEvery: duration.prefault('10m'),
}

const limits = {
  above: real().optional(),
  below: real().optional(),
  /** How far back inside the limit a value must be before the alarm clears. */
  hysteresis: real({ min: 0 }).prefault(0),
  /** Event time for which every sample must violate the limit. */
  hold: duration.prefault('0s'),
}

/** A limit, or two with a band between them. */
export interface Limits {
  readonly above?: number | undefined
  readonly below?: number | undefined
  readonly hysteresis: number
  readonly hold: number
}

const hasLimit = ({ above, below }: Limits): boolean => above !== undefined || below !== undefined
const canClear = ({ above = Infinity, below = -Infinity, hysteresis }: Limits): boolean =>
  below + hysteresis <= above - hysteresis

const Threshold = z
  .object({
    type: z.literal('threshold'),
    ...common,
    ...limits,
  })
  .refine(hasLimit, 'a limit: above, below or both')
  .refine(canClear, 'a band that is wider than twice the hysteresis, or a raised alarm could never clear')
export type Threshold = z.output<typeof Threshold>

/** Change per second, measured over `over`. */
const Rate = z
  .object({
    type: z.literal('rate'),
    ...common,
    over: positive,
    /** In units per second; `below` takes falls, such as -0.5. */
    ...limits,
  })
  .refine(hasLimit, 'a limit: above, below or both')
  .refine(canClear, 'a band that is wider than twice the hysteresis, or a raised alarm could never clear')
export type Rate = z.output<typeof Rate>

/** What is normal: given as mean and standard deviation, or learned from the first samples and then frozen. */
const Baseline = z
  .object({
    mean: real().optional(),
    std: real().optional(),
    /** Event time of the warm-up. Median and MAD of it become the baseline, so a fault in a part of it does no harm. */
    learn: positive.optional(),
    /** Time constant by which the mean follows afterwards; without it the baseline stays frozen. */
    adapt: positive.optional(),
    /** The standard deviation is never taken for smaller: the sensor's resolution, or what the process may wander. */
    minStd: real({ min: 0 }).prefault(0),
  })
  .refine(
    ({ mean, std, learn }) =>
      learn === undefined ? mean !== undefined && std !== undefined : mean === undefined && std === undefined,
    'either mean and std, or learn',
  )
  .refine(({ std }) => std === undefined || std > 0, 'a std of more than 0')
export type Baseline = z.output<typeof Baseline>

const charted = {
  baseline: Baseline,
  /** Rational subgroups: the mean of each such span of event time is one point. Without it each sample is one. */
  subgroup: positive.optional(),
  /** Judge deviations to one side only: a bearing that grows cold is no news. */
  side: z.enum(['both', 'above', 'below']).prefault('both'),
}

/** Exponentially weighted moving average (Roberts 1959): slow to small shifts, calm on single points. */
const Ewma = z.object({
  type: z.literal('ewma'),
  ...common,
  ...charted,
  lambda: real({ min: 0.001, max: 1 }).prefault(0.2),
  /** Limit in standard deviations of the average. */
  limit: real({ min: 0.1 }).prefault(3),
  /** Share of the limit below which a raised alarm clears. */
  clearAt: real({ min: 0, max: 1 }).prefault(0.8),
})
export type Ewma = z.output<typeof Ewma>

/** Cumulative sums of what exceeds the slack (Page 1954): the quickest to find a small lasting shift. */
const Cusum = z.object({
  type: z.literal('cusum'),
  ...common,
  ...charted,
  /** Slack in standard deviations: half of the shift that matters. */
  k: real({ min: 0 }).prefault(0.5),
  /** Decision limit in standard deviations. */
  h: real({ min: 0.1 }).prefault(5),
  /** Share of `h` below which a raised alarm clears. */
  clearAt: real({ min: 0, max: 1 }).prefault(0.5),
})
export type Cusum = z.output<typeof Cusum>

/** Rules for runs on a control chart: Western Electric 1 to 4 (1956), or Nelson 1 to 8 (1984). */
const ControlChart = z
  .object({
    type: z.literal('control-chart'),
    ...common,
    ...charted,
    chart: z.enum(['western-electric', 'nelson']).prefault('western-electric'),
    rules: z
      .array(count({ min: 1, max: 8 }))
      .min(1)
      .max(8)
      .prefault([1, 2, 3, 4]),
    /** Points in a row on which no rule fires before the alarm clears. */
    clearAfter: count({ min: 1, max: 1000 }).prefault(8),
  })
  .refine(
    ({ chart, rules }) => chart === 'nelson' || rules.every((rule) => rule <= 4),
    'rules 1 to 4; 5 to 8 need chart: nelson',
  )
export type ControlChart = z.output<typeof ControlChart>

/** A sensor that shows the same value for too long. */
const Stuck = z.object({
  type: z.literal('stuck'),
  ...common,
  for: positive,
  /** Largest spread of values that still counts as no change. */
  epsilon: real({ min: 0 }).prefault(0),
})
export type Stuck = z.output<typeof Stuck>

/** No good sample for too long, by the watermark: time passes by what the sources say, never by a clock. */
const Missing = z.object({
  type: z.literal('missing'),
  ...common,
  for: positive,
  /**
   * Whose progress tells that time has passed: that of the sources which feed the tag, or the furthest of all
   * sources. The latter also notices a collector that has died; it needs sources that run on the same time, so
   * none that replays an old file.
   */
  by: z.enum(['own-sources', 'any-source']).prefault('own-sources'),
})
export type Missing = z.output<typeof Missing>

const Band = z
  .object({
    from: real({ min: 0 }),
    to: real({ min: 0 }),
    /** Root mean square of what the signal has between the two frequencies, in the signal's own unit. */
    above: real({ min: 0 }),
    name: z.string().max(NAME_LENGTH_MAX).optional(),
  })
  .refine(({ from, to }) => from < to, 'from below to, in Hz')

/** Energy by frequency of a vibration signal, which must be sampled uniformly. */
const Spectrum = z.object({
  type: z.literal('spectrum'),
  ...common,
  /** Samples a segment; the resolution is the sampling rate over it. */
  samples: count({ min: 64, max: 8192 })
    .prefault(1024)
    .refine((samples) => Number.isInteger(Math.log2(samples)), 'a power of two from 64 to 8192'),
  /** Least event time from the start of one segment to the start of the next; without it segments join. */
  every: duration.prefault('0s'),
  bands: z.array(Band).min(1).max(BANDS_MAX),
  /** Carrier band in Hz: bands are then those of its envelope, where the shocks of a bearing show. */
  envelope: z
    .object({ from: real({ min: 0 }), to: real({ min: 0 }) })
    .refine(({ from, to }) => from < to, 'from below to, in Hz')
    .optional(),
  hold: duration.prefault('0s'),
  /** Share of the limit below which a raised alarm clears. */
  clearAt: real({ min: 0, max: 1 }).prefault(0.9),
})
export type Spectrum = z.output<typeof Spectrum>

/** One detection as configured; all durations are microseconds of event time once read. */
export const Detection = z.discriminatedUnion('type', [
  Threshold,
  Rate,
  Ewma,
  Cusum,
  ControlChart,
  Stuck,
  Missing,
  Spectrum,
])
export type Detection = z.output<typeof Detection>

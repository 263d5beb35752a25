import { inverseOf, type Level, rescaleM2, rescaleMean } from './scale.ts'

/** A value as a sample may carry it. */
type Value = number | boolean | string

/**
 * The running aggregate of a window. It is the same whatever the batches its samples came in, and two of them
 * merge into the aggregate of the union, so hopping windows, rollups and gateways can share the work.
 *
 * Booleans enter as 0 and 1. Texts enter `count` and `last` only. Negative zero enters as zero.
 */
export interface Aggregate {
  /** Samples that entered: neither bad, nor NaN or infinite. */
  count: number
  /** How many of `count` are texts. */
  textCount: number
  bad: number
  uncertain: number
  /** At which `mean` and `m2` are scaled. */
  level: Level
  mean: number
  /** Sum of squared deviations from the mean (Welford 1962). */
  m2: number
  /** Infinity while there is no number. */
  min: number
  max: number
  /** -Infinity while there is no sample. */
  lastTimeUs: number
  /** The value of the latest time; of several, the one that arrived last. */
  last: Value | null
}

export const createAggregate = (): Aggregate => ({
  count: 0,
  textCount: 0,
  bad: 0,
  uncertain: 0,
  level: 0,
  mean: 0,
  m2: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  lastTimeUs: Number.NEGATIVE_INFINITY,
  last: null,
})

/**
 * The aggregate of the union; neither argument changes. `later` holds what arrived after `earlier`: that decides
 * `last` where times are equal, and nothing else.
 *
 * Means and squared deviations by Chan, Golub, LeVeque (1979).
 */
export function mergeAggregates(earlier: Aggregate, later: Aggregate): Aggregate {
  const newest = later.lastTimeUs >= earlier.lastTimeUs ? later : earlier
  return {
    count: earlier.count + later.count,
    textCount: earlier.textCount + later.textCount,
    bad: earlier.bad + later.bad,
    uncertain: earlier.uncertain + later.uncertain,
    ...mergeMoments(earlier, later),
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    lastTimeUs: newest.lastTimeUs,
    last: newest.last,
  }
}

type Moments = Pick<Aggregate, 'level' | 'mean' | 'm2'>

function mergeMoments(a: Aggregate, b: Aggregate): Moments {
  const countA = a.count - a.textCount
  const countB = b.count - b.textCount
  if (countB === 0) return momentsOf(a)
  if (countA === 0) return momentsOf(b)
  const level = Math.max(a.level, b.level) as Level
  const meanA = rescaleMean(a.mean, a.level, level)
  const meanB = rescaleMean(b.mean, b.level, level)
  const delta = meanB - meanA
  const shareB = countB / (countA + countB)
  // Rounding may carry the weighted mean past the nearer one by a bit, and then beyond all values.
  const mean = Math.min(Math.max(meanA + delta * shareB, Math.min(meanA, meanB)), Math.max(meanA, meanB))
  const m2 =
    rescaleM2(a.m2, a.level, level) + rescaleM2(b.m2, b.level, level) + delta * delta * countA * shareB
  return { level, mean, m2 }
}

const momentsOf = ({ level, mean, m2 }: Aggregate): Moments => ({ level, mean, m2 })

/** What an aggregate says; null where there is no value, or none that a double can hold. */
export interface AggregateValues {
  readonly count: number
  readonly bad: number
  readonly uncertain: number
  /** Good samples over all samples, 0 to 1; 0 when there are none. */
  readonly goodShare: number
  readonly mean: number | null
  readonly min: number | null
  readonly max: number | null
  /** Population standard deviation. */
  readonly std: number | null
  /** Sum of squared deviations. */
  readonly m2: number | null
  readonly last: Value | null
}

/** Numeric values are null as soon as one text is among the samples: a mean over a part would not merge. */
export function valuesOf(aggregate: Aggregate): AggregateValues {
  const { count, textCount, bad, uncertain, level, mean, m2, min, max, last } = aggregate
  const total = count + bad
  const isNumeric = count > 0 && textCount === 0
  const numeric = (value: number) => (isNumeric && Number.isFinite(value) ? value : null)
  return {
    count,
    bad,
    uncertain,
    goodShare: total === 0 ? 0 : (count - uncertain) / total,
    mean: numeric(mean * inverseOf(level) + 0),
    min: numeric(min),
    max: numeric(max),
    std: numeric(Math.sqrt(m2 / count) * inverseOf(level)),
    m2: numeric(m2 * inverseOf(level) * inverseOf(level)),
    last,
  }
}

import { addSum, type ExactSum, meanPair } from './exact-sum.ts'
import type { SampleValue } from './params.ts'
import { exponentOf, factorOf, type Level, rescaleM2 } from './scale.ts'

/**
 * What every window keeps: counts, the latest value, and what one pass over the numbers gives. Booleans enter as 0
 * and 1, negative zero as zero; texts enter `count` and `last` alone.
 */
export interface Moments extends ExactSum {
  /** Samples that entered: neither bad, nor NaN or infinite. */
  count: number
  /** How many of `count` are texts. */
  textCount: number
  bad: number
  uncertain: number
  /** -Infinity while there is no sample. */
  lastTimeUs: number
  /** The value of the latest time; of several, the one that arrived last. */
  last: SampleValue | null
  /** Infinity while there is no number. */
  min: number
  max: number
  /** At which squares are scaled. */
  level: Level
  /**
   * One of the samples, in most windows the first. Squares are of the distance from it: as a sample it is at most
   * √n standard deviations from the mean, which bounds the cancellation by n, whatever the offset of the signal.
   */
  pivot: number
  /** Σ (x − pivot)², scaled by the level; compensated by `squaresLow`. */
  squares: number
  squaresLow: number
}

export const createMoments = (): Moments => ({
  count: 0,
  textCount: 0,
  bad: 0,
  uncertain: 0,
  lastTimeUs: Number.NEGATIVE_INFINITY,
  last: null,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  high: 0,
  low: 0,
  rest: 0n,
  level: 0,
  pivot: 0,
  squares: 0,
  squaresLow: 0,
})

const numberCountOf = ({ count, textCount }: Moments): number => count - textCount

/** The moments of the union; neither argument changes. `later` holds what arrived after `earlier`. */
export function mergeMoments(earlier: Moments, later: Moments): Moments {
  const newest = later.lastTimeUs >= earlier.lastTimeUs ? later : earlier
  const merged: Moments = {
    ...(numberCountOf(later) > numberCountOf(earlier) ? later : earlier),
    count: earlier.count + later.count,
    textCount: earlier.textCount + later.textCount,
    bad: earlier.bad + later.bad,
    uncertain: earlier.uncertain + later.uncertain,
    lastTimeUs: newest.lastTimeUs,
    last: newest.last,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
  }
  const smaller = numberCountOf(later) > numberCountOf(earlier) ? earlier : later
  addSum(merged, smaller)
  if (numberCountOf(smaller) > 0) addSquares(merged, smaller)
  return merged
}

/** Brings the squares of the part with fewer samples to the pivot of the other: Σ(x−p)² = M2 + n(mean−p)². */
function addSquares(merged: Moments, smaller: Moments): void {
  const level = Math.max(merged.level, smaller.level) as Level
  raiseLevel(merged, level)
  const raised = { ...smaller }
  raiseLevel(raised, level)
  const offset = offsetOf(raised, merged.pivot)
  const count = numberCountOf(smaller)
  addSquare(merged, scaledM2(raised))
  addSquare(merged, count * offset * offset)
}

function addSquare(moments: Moments, square: number): void {
  const sum = moments.squares + square
  const share = sum - moments.squares
  moments.squaresLow += moments.squares - (sum - share) + (square - share)
  moments.squares = sum
}

/** Continues at a higher level. */
export function raiseLevel(moments: Moments, level: Level): void {
  moments.squares = rescaleM2(moments.squares, moments.level, level)
  moments.squaresLow = rescaleM2(moments.squaresLow, moments.level, level)
  moments.level = level
}

/** Distance of the mean from a value, scaled by the level. */
function offsetOf(moments: Moments, from: number): number {
  const [mean, meanLow] = meanPair(moments, numberCountOf(moments), exponentOf(moments.level))
  return mean - from * factorOf(moments.level) + meanLow
}

/** Sum of squared deviations from the mean, scaled by the level twice. */
export function scaledM2(moments: Moments): number {
  const offset = offsetOf(moments, moments.pivot)
  const own = numberCountOf(moments) * offset * offset
  return Math.max(0, moments.squares - own + moments.squaresLow)
}

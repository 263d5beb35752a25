import { NOTHING, type Prediction, type Predictions } from './integer-streams.ts'

/** What the sums, which come first, tell of the values of each cell; by its place. */
export interface Means {
  /** Mean of the cell. */
  own(at: number): number
  /** Halfway to the mean of the cell before: where a slow signal is as the cell begins. */
  begin(at: number): number
  /** Halfway to the mean of the cell after. */
  end(at: number): number
}

/** From doubles alone and in one way, so that a reader gets the same to the bit. */
export function meansOf(sum: Float64Array, count: Uint32Array): Means {
  const own = (at: number): number => (sum[at] as number) / (count[at] as number)
  return {
    own,
    begin: (at) => (own(at) + own(Math.max(0, at - 1))) / 2,
    end: (at) => (own(at) + own(Math.min(sum.length - 1, at + 1))) / 2,
  }
}

export const predictFirst = ({ own, begin }: Means, power: number): Predictions => [
  NOTHING,
  (at) => wholeAt(own(at), power),
  (at) => wholeAt(begin(at), power),
]

/** @param first of the same cells, as whole numbers */
export const predictLast = ({ own, end }: Means, power: number, first: Float64Array): Predictions => [
  NOTHING,
  (at) => wholeAt(own(at), power),
  (at) => wholeAt(end(at), power),
  (at) => first[at] as number,
]

/** Noise has its extremes about the mean or the slope, a smooth signal at the ends. */
export function predictExtremes(
  { own, begin, end }: Means,
  power: number,
  first: Float64Array,
  last: Float64Array,
): { readonly min: Predictions; readonly max: Predictions } {
  const mean: Prediction = (at) => wholeAt(own(at), power)
  return {
    min: [
      NOTHING,
      mean,
      (at) => wholeAt(Math.min(begin(at), end(at)), power),
      (at) => Math.min(first[at] as number, last[at] as number),
    ],
    max: [
      NOTHING,
      mean,
      (at) => wholeAt(Math.max(begin(at), end(at)), power),
      (at) => Math.max(first[at] as number, last[at] as number),
    ],
  }
}

/** A value as a whole number over a power of ten, never a negative zero. */
export const wholeAt = (value: number, power: number): number => Math.round(value * power) + 0

import type { CurvePoint } from '../aggregate/downsample/m4.ts'
import type { RollupCells } from './cells.ts'
import { addSums } from './sum.ts'

/** What samples come to; the values are undefined where no sample was good. */
export interface RollupStatistics {
  /** Finite numbers and booleans of a quality better than bad. */
  readonly count: number
  readonly bad: number
  /** The first sample that has the least value. */
  readonly min: CurvePoint | undefined
  readonly max: CurvePoint | undefined
  readonly first: CurvePoint | undefined
  readonly last: CurvePoint | undefined
  /** The double nearest to the sum that `RollupCells` tells of; NaN when that passed the largest double. */
  readonly sum: number
  /**
   * Of the n good samples, within 2^-52 of itself plus n · 2^-102 of the sum of their magnitudes; NaN when their sum
   * passed the largest double.
   */
  readonly mean: number | undefined
}

/** @param cells in order of time, of any number of chunks */
export function statisticsOf(cells: RollupCells): RollupStatistics {
  const total = { sum: new Float64Array(1), sumLow: new Float64Array(1) }
  let count = 0
  let bad = 0
  let firstAt = -1
  let lastAt = -1
  let minAt = -1
  let maxAt = -1
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let at = 0; at < cells.count.length; at++) {
    bad += cells.bad[at] as number
    if (cells.count[at] === 0) continue
    count += cells.count[at] as number
    if (firstAt < 0) firstAt = at
    lastAt = at
    if ((cells.min[at] as number) < min) {
      min = cells.min[at] as number
      minAt = at
    }
    if ((cells.max[at] as number) > max) {
      max = cells.max[at] as number
      maxAt = at
    }
    addSums(total, 0, cells.sum[at] as number, cells.sumLow[at] as number)
  }
  return {
    count,
    bad,
    min: pointAt(cells.minUs, cells.min, minAt),
    max: pointAt(cells.maxUs, cells.max, maxAt),
    first: pointAt(cells.firstUs, cells.first, firstAt),
    last: pointAt(cells.lastUs, cells.last, lastAt),
    sum: total.sum[0] as number,
    mean: count === 0 ? undefined : (total.sum[0] as number) / count,
  }
}

const pointAt = (timesUs: Float64Array, values: Float64Array, at: number): CurvePoint | undefined =>
  at < 0 ? undefined : { timeUs: timesUs[at] as number, value: values[at] as number }

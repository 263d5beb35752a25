import { lttb } from './lttb.ts'

/** Samples that the first pass leaves for each that the second keeps; more no longer change the picture. */
const PRESELECT_RATIO = 4

/**
 * LTTB over the minima and maxima of small buckets alone (MinMaxLTTB: Van Der Donckt, Van Der Donckt, Van Hoecke
 * 2023): about as good to look at, several times as fast, and no spike is lost before the choice.
 *
 * @param timesUs ascending
 * @returns indexes, ascending
 */
export function minMaxLttb(timesUs: Float64Array, values: Float64Array, count: number): number[] {
  const length = timesUs.length
  const bucketCount = Math.floor((count * PRESELECT_RATIO) / 2)
  if (length <= 2 * bucketCount || count < 3) return lttb(timesUs, values, count)
  const kept = preselect(values, bucketCount)
  const keptTimesUs = Float64Array.from(kept, (index) => timesUs[index] as number)
  const keptValues = Float64Array.from(kept, (index) => values[index] as number)
  return lttb(keptTimesUs, keptValues, count).map((index) => kept[index] as number)
}

/** First, last, and the extremes of each bucket between, ascending. */
function preselect(values: Float64Array, bucketCount: number): number[] {
  const last = values.length - 1
  const kept = [0]
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const from = 1 + Math.floor((bucket * (last - 1)) / bucketCount)
    const to = 1 + Math.floor(((bucket + 1) * (last - 1)) / bucketCount)
    let lowest = from
    let highest = from
    for (let index = from; index < to; index++) {
      if ((values[index] as number) < (values[lowest] as number)) lowest = index
      if ((values[index] as number) > (values[highest] as number)) highest = index
    }
    kept.push(Math.min(lowest, highest))
    if (lowest !== highest) kept.push(Math.max(lowest, highest))
  }
  kept.push(last)
  return kept
}

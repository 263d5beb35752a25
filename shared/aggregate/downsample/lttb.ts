/**
 * Picks the samples that keep the look of a curve: from each of `count − 2` buckets of equal size the one that spans
 * the largest triangle with the sample picked before and the mean of the bucket after (Largest Triangle Three Buckets:
 * Steinarsson 2013). For a display alone: it does not merge, and hides single spikes when it has to leave out much.
 *
 * @param timesUs ascending
 * @param count how many samples to keep; with fewer than three, the first and the last
 * @returns indexes, ascending; all of them when there are no more than `count`
 */
export function lttb(timesUs: Float64Array, values: Float64Array, count: number): number[] {
  const length = timesUs.length
  if (length <= Math.max(count, 2)) return Array.from(timesUs.keys())
  const picked = [0]
  const bucketSize = (length - 2) / (count - 2)
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const from = Math.floor(bucket * bucketSize) + 1
    const to = Math.floor((bucket + 1) * bucketSize) + 1
    const next = Math.min(length, Math.floor((bucket + 2) * bucketSize) + 1)
    picked.push(largestTriangle(timesUs, values, picked.at(-1) ?? 0, from, to, next))
  }
  picked.push(length - 1)
  return picked
}

/** The index of `from` to `to` (exclusive) farthest from the line between one sample and the mean of those up to `next`. */
function largestTriangle(
  timesUs: Float64Array,
  values: Float64Array,
  before: number,
  from: number,
  to: number,
  next: number,
): number {
  const originUs = timesUs[before] as number
  const origin = values[before] as number
  let meanUs = 0
  let mean = 0
  // Distances from the sample before keep their digits where times since 1970 would not.
  for (let index = to; index < next; index++) {
    meanUs += ((timesUs[index] as number) - originUs) / (next - to)
    mean += ((values[index] as number) - origin) / (next - to)
  }
  let largest = -1
  let best = from
  for (let index = from; index < to; index++) {
    const area = Math.abs(
      meanUs * ((values[index] as number) - origin) - ((timesUs[index] as number) - originUs) * mean,
    )
    if (area > largest) {
      largest = area
      best = index
    }
  }
  return best
}

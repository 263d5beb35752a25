import { type Column, Quality } from '../frame/frame.ts'
import type { Samples } from './detector.ts'

/** Of the samples of one tag, what decided and what did not. */
export interface AdmissionCounts {
  judged: number
  /** Bad, NaN or infinite. */
  bad: number
  quarantined: number
  /** Behind the watermark or older than a sample judged before. */
  late: number
}

/** Grows to the longest column that needed it. */
let scratch = { timesUs: new Float64Array(0), values: new Float64Array(0) }

/**
 * The samples of a column that may decide, in its own arrays where all may, which is nearly always; otherwise in
 * arrays that the next call overwrites. Texts count as 0: they are there, which is all that a detector can ask.
 *
 * @param fromUs samples earlier than this are late
 */
export function admit(column: Column, fromUs: number, counts: AdmissionCounts): Samples {
  const { timesUs, quality, data } = column
  const count = timesUs.length
  if (data.kind !== 'text' && mayAllDecide(timesUs, quality, data.values, fromUs)) {
    counts.judged += count
    return { timesUs, values: data.values, count }
  }
  if (scratch.timesUs.length < count)
    scratch = { timesUs: new Float64Array(count), values: new Float64Array(count) }
  const kept = pick(column, fromUs, counts)
  counts.judged += kept
  return { ...scratch, count: kept }
}

/** Any flag sends a column the long way: a gap before a sample is rare enough. */
function mayAllDecide(
  timesUs: Float64Array,
  quality: Uint8Array,
  values: Float64Array | Uint8Array,
  fromUs: number,
): boolean {
  let newestUs = fromUs
  for (let index = 0; index < timesUs.length; index++) {
    const timeUs = timesUs[index] as number
    const value = values[index] as number
    // Only what is not finite differs from 0 by its difference to itself.
    if ((quality[index] as number) > Quality.uncertain || timeUs < newestUs || value - value !== 0)
      return false
    newestUs = timeUs
  }
  return true
}

function pick({ timesUs, quality, data }: Column, fromUs: number, counts: AdmissionCounts): number {
  let kept = 0
  let newestUs = fromUs
  for (let index = 0; index < timesUs.length; index++) {
    const timeUs = timesUs[index] as number
    const flags = quality[index] as number
    const value = data.kind === 'text' ? 0 : (data.values[index] as number)
    if ((flags & Quality.quarantined) !== 0) counts.quarantined++
    else if ((flags & Quality.severityMask) >= Quality.bad || !Number.isFinite(value)) counts.bad++
    else if (timeUs < newestUs) counts.late++
    else {
      scratch.timesUs[kept] = timeUs
      scratch.values[kept] = value
      newestUs = timeUs
      kept++
    }
  }
  return kept
}

import { parseDurationUs } from '../time/duration.ts'
import { FORECAST_SAMPLES_MAX } from './limits.ts'

export interface DiskSample {
  /** Trusted time, microseconds since 1970 UTC. */
  readonly timeUs: number
  readonly usedBytes: number
}

export type DiskForecast =
  | { readonly kind: 'full'; readonly atUs: number; readonly bytesPerDay: number }
  /** Not growing, or not within `HORIZON_US`. */
  | { readonly kind: 'never'; readonly bytesPerDay: number }
  | { readonly kind: 'unknown'; readonly reason: string }

const DAY_US = parseDurationUs('1d')
/** A week holds both its working days and its weekend. */
const WINDOW_US = parseDurationUs('7d')
/** Less than a day sees the shift and not the night. */
const SPAN_US_MIN = DAY_US
const SAMPLES_MIN = 3
/** A disk does not live so long. */
const HORIZON_US = parseDurationUs('100y')

/**
 * When the disk will be full, from the last seven days: the Theil–Sen line, whose slope is the median of
 * `(used_j - used_i) / (t_j - t_i)` over all pairs and whose level is the median of `used_i - slope × t_i`. So a nightly
 * compaction or a large import moves it little: nearly 3 samples in 10 may be out of line (Sen 1968).
 */
export function forecastFull(samples: readonly DiskSample[], capacityBytes: number): DiskForecast {
  const recent = lastWeek(samples)
  const [oldest, newest] = [recent[0], recent.at(-1)]
  if (oldest === undefined || newest === undefined || recent.length < SAMPLES_MIN) {
    return { kind: 'unknown', reason: `fewer than ${SAMPLES_MIN} samples in the last 7 days` }
  }
  if (newest.timeUs - oldest.timeUs < SPAN_US_MIN) {
    return { kind: 'unknown', reason: 'the samples span less than a day' }
  }
  const slopes: number[] = []
  for (const [index, left] of recent.entries()) {
    for (const right of recent.slice(index + 1)) {
      if (right.timeUs > left.timeUs) {
        slopes.push((right.usedBytes - left.usedBytes) / (right.timeUs - left.timeUs))
      }
    }
  }
  const slope = median(slopes)
  const bytesPerDay = slope * DAY_US
  // Counted from the newest sample: products of a slope with microseconds since 1970 would lose bytes.
  const nowBytes = median(recent.map(({ timeUs, usedBytes }) => usedBytes + slope * (newest.timeUs - timeUs)))
  if (nowBytes >= capacityBytes) return { kind: 'full', atUs: newest.timeUs, bytesPerDay }
  const restUs = (capacityBytes - nowBytes) / slope
  if (slope <= 0 || restUs > HORIZON_US) return { kind: 'never', bytesPerDay }
  return { kind: 'full', atUs: newest.timeUs + Math.round(restUs), bytesPerDay }
}

/** In order of time, evenly picked where there are too many for all pairs; the newest is always among them. */
function lastWeek(samples: readonly DiskSample[]): DiskSample[] {
  const sorted = samples
    .filter(({ timeUs, usedBytes }) => Number.isFinite(timeUs) && Number.isFinite(usedBytes))
    .sort((left, right) => left.timeUs - right.timeUs)
  const fromUs = (sorted.at(-1)?.timeUs ?? 0) - WINDOW_US
  const recent = sorted.filter(({ timeUs }) => timeUs >= fromUs)
  if (recent.length <= FORECAST_SAMPLES_MAX) return recent
  const stride = (recent.length - 1) / (FORECAST_SAMPLES_MAX - 1)
  return Array.from(
    { length: FORECAST_SAMPLES_MAX },
    (_, index) => recent[Math.round(index * stride)],
  ).filter((sample) => sample !== undefined)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

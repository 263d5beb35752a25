/**
 * Event time is an integer count of microseconds since 1970-01-01T00:00:00Z in a JS number, exact to 2^53
 * (the year 2255). Names of such values end in `Us`.
 */

/** The latest and earliest instants a sample may carry: the range in which microseconds are exact integers. */
export const TIME_US_MAX = Number.MAX_SAFE_INTEGER
export const TIME_US_MIN = -TIME_US_MAX

/** Wall clock and monotonic clock are read apart: only the second may measure an elapsed time. */
export interface Clock {
  /** Wall clock, microseconds since 1970 UTC; may step forward or back. */
  wallUs(): number
  /** Milliseconds since some fixed instant; never goes back. */
  monotonicMs(): number
}

/**
 * ISO 8601 in UTC with as many digits as the value needs: three, or six where there are microseconds.
 * @throws RangeError when the instant has no calendar date in ISO 8601 (beyond ±8.64e18 µs or not an integer)
 */
export function formatTimeUs(timeUs: number): string {
  const ms = Math.floor(timeUs / 1000)
  const rest = timeUs - ms * 1000
  const iso = new Date(ms).toISOString()
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

import { type Column, Quality } from '../frame/frame.ts'
import { firstNotBefore } from './kinds/sorted-times.ts'
import type { ColumnSurvey } from './runs.ts'

export const isQuarantined = ({ quality }: Column, index: number): boolean =>
  ((quality[index] as number) & Quality.quarantined) !== 0

/** First index after `from` whose sample is quarantined or outside [startUs, endUs). */
export function endOfSlice(
  { timesUs, quality }: Column,
  from: number,
  startUs: number,
  endUs: number,
  { quarantined, oldestUs, newestUs, isPlain }: ColumnSurvey,
): number {
  if (quarantined === 0 && oldestUs >= startUs && newestUs < endUs) return timesUs.length
  if (isPlain) return firstNotBefore(timesUs, from + 1, timesUs.length, endUs)
  let to = from + 1
  while (to < timesUs.length) {
    const timeUs = timesUs[to] as number
    if (timeUs < startUs || timeUs >= endUs || ((quality[to] as number) & Quality.quarantined) !== 0) break
    to++
  }
  return to
}

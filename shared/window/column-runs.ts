import { type Column, Quality } from '../frame/frame.ts'

export const isQuarantined = ({ quality }: Column, index: number): boolean =>
  ((quality[index] as number) & Quality.quarantined) !== 0

/** First index after `from` whose sample is quarantined or outside [startUs, endUs). */
export function endOfRun({ timesUs, quality }: Column, from: number, startUs: number, endUs: number): number {
  let to = from + 1
  while (to < timesUs.length) {
    const timeUs = timesUs[to] as number
    if (timeUs < startUs || timeUs >= endUs || ((quality[to] as number) & Quality.quarantined) !== 0) break
    to++
  }
  return to
}

import { Quality } from '../../../shared/frame/frame.ts'
import { type PlainSample, sampleText } from '../frame-content.ts'
import type { LiveMachine } from '../workload/live-machine.ts'

/** What the collector may do with samples that it was given. */
export interface LiveRules {
  /** The process of the collector that is alive at the end: it has to have handed everything over. */
  readonly lastStart: number
  /** The configured policy gives samples up when the outbox is full. */
  readonly mayShed: boolean
}

/** The collector may make a sample uncertain, but never turn good into bad or bad into good. */
const text = (sample: PlainSample): string => {
  const isBad = (sample.quality & Quality.severityMask) === Quality.bad
  return isBad ? `${sampleText(sample)} bad` : sampleText(sample)
}

/**
 * What is stored of a tag must be, for each opening of its source in turn, a beginning of what that opening gave: all
 * of it unless its collector was killed. After anything that is missing the next sample must say so (`gapBefore`).
 * Where the policy is to shed, single samples may be missing, and the same mark is due.
 */
export function checkLiveTag(
  machine: LiveMachine,
  tag: string,
  stored: readonly PlainSample[],
  rules: LiveRules,
): string[] {
  const found: string[] = []
  let next = 0
  /** The first of the samples that are missing before the next stored one. */
  let missing: string | undefined

  const match = (given: PlainSample): boolean => {
    const candidate = stored[next]
    if (candidate === undefined || text(candidate) !== text(given)) return false
    if (missing !== undefined && (candidate.quality & Quality.gapBefore) === 0) {
      found.push(`${tag}: ${text(candidate)} does not say that samples from ${missing} are missing before it`)
    }
    missing = undefined
    next += 1
    return true
  }

  for (const { samples, start } of machine.openings) {
    for (const given of samples.get(tag) ?? []) {
      if (match(given)) continue
      missing ??= text(given)
      if (rules.mayShed) continue
      if (start === rules.lastStart) found.push(`${tag}: missing from ${missing}, and its collector lives`)
      break
    }
  }
  if (next < stored.length) {
    const rest = stored[next]
    found.push(`${tag}: ${stored.length - next} not given, or out of order, from ${rest && text(rest)}`)
  }
  return found
}

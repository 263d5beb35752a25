import { type Column, Quality, type SampleFrame } from '../../shared/frame/frame.ts'
import type { TagReads } from '../../shared/reading/tag-reads.ts'
import { WALK_LENGTH, walkOf } from '../factory/walk.ts'
import type { Steady } from './check-windows.ts'
import { LIVE_RATE_HZ, type Load, STEADY_PREFIX, sensorTags } from './load.ts'

export interface SampleCheck {
  readonly samples: number
  readonly steady: Steady
  readonly violations: readonly string[]
}

/**
 * Every sensor has as many samples as its first and last time leave room for, and their sum is that of the values it
 * gave: one that is lost or there twice changes both.
 */
export async function checkSteady(history: Pick<TagReads, 'statistics'>, load: Load): Promise<SampleCheck> {
  const periodUs = Math.round(1e6 / load.rateHz)
  const violations: string[] = []
  const found = new Map<string, Found>()
  for await (const { tag, count, bad, sum, first, last } of history.statistics({
    tags: [`${STEADY_PREFIX}/#`],
    everySample: false,
  })) {
    if (first === null || last === null) continue
    found.set(tag, { count: count + bad, sum: sum ?? Number.NaN, firstUs: first.timeUs, lastUs: last.timeUs })
  }
  const startUs = Math.min(...[...found.values()].map(({ firstUs }) => firstUs))
  const endUs = Math.max(...[...found.values()].map(({ lastUs }) => lastUs))
  const given = Math.round((endUs - startUs) / periodUs) + 1
  for (const [sensor, tag] of sensorTags(load).entries()) {
    const { count, sum } = found.get(tag) ?? { count: 0, sum: 0 }
    if (count !== given) violations.push(`${tag} has ${count} samples and not ${given}`)
    const expected = sumOf(walkOf(load.seed, sensor), given)
    if (!(Math.abs(sum - expected) <= SUM_TOLERANCE * Math.abs(expected)))
      violations.push(`the samples of ${tag} come to ${sum} and not ${expected}`)
  }
  return { samples: given * load.sensors, steady: { startUs, given }, violations }
}

interface Found {
  readonly count: number
  readonly sum: number
  readonly firstUs: number
  readonly lastUs: number
}

/** Far less than one sample among a hundred million, far more than rounding. */
const SUM_TOLERANCE = 1e-10

function sumOf(walk: Float64Array, given: number): number {
  const whole = Math.floor(given / WALK_LENGTH)
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
  return whole * sum(walk) + sum(walk.subarray(0, given % WALK_LENGTH))
}

export interface GapCheck {
  readonly gaps: readonly { readonly fromUs: number; readonly toUs: number }[]
  readonly violations: readonly string[]
}

/** Two samples further apart than this were not taken one after the other. */
const GAP_US = (2.5 * 1e6) / LIVE_RATE_HZ

/** What a machine that cannot be read again gave while nobody listened is missing, and the data says so. */
export async function checkLive(frames: AsyncIterable<SampleFrame>, gapUsMax: number): Promise<GapCheck> {
  const gaps: { readonly fromUs: number; readonly toUs: number }[] = []
  const violations: string[] = []
  let last: Instant | undefined
  for await (const { columns } of frames) {
    for (const instant of columns.flatMap(instantsOf)) {
      const { tag, timeUs } = instant
      const gapUs = timeUs - (last?.timeUs ?? timeUs - 1)
      if (gapUs <= 0) violations.push(`${tag} is there twice at ${timeUs}`)
      if (gapUs > GAP_US) {
        gaps.push({ fromUs: timeUs - gapUs, toUs: timeUs })
        if (!instant.isMarked) violations.push(`${tag} hides a gap of ${gapUs / 1000} ms at ${timeUs}`)
      }
      if (gapUs > gapUsMax) violations.push(`${tag} has a gap of ${gapUs / 1000} ms at ${timeUs}`)
      last = instant
    }
  }
  return { gaps, violations }
}

interface Instant {
  readonly tag: string
  readonly timeUs: number
  /** Its quality says that samples before it may be missing. */
  readonly isMarked: boolean
}

const instantsOf = ({ tag, timesUs, quality }: Column): Instant[] =>
  Array.from(timesUs, (timeUs, at) => ({
    tag,
    timeUs,
    isMarked: ((quality[at] ?? 0) & Quality.gapBefore) !== 0,
  }))

import type { SummaryRecord } from '../../shared/contract/records.ts'
import { WALK_LENGTH, walkOf } from '../factory/walk.ts'
import { type Load, WINDOW_US, windowedTags } from './load.ts'

/** The pace and first time of the steady source, and how far it went. */
export interface Steady {
  readonly startUs: number
  /** Of each sensor. */
  readonly given: number
}

export interface WindowCheck {
  readonly windows: number
  readonly violations: readonly string[]
}

/** Sums of a thousand doubles in another order differ by less. */
const MEAN_TOLERANCE = 1e-9

/**
 * Holds every window that the cloud has against what the source gave, computed from its seed alone: what a run without
 * any update would have sent.
 *
 * @param summaries of all revisions, in any order, some perhaps twice
 */
export function checkWindows(load: Load, steady: Steady, summaries: Iterable<SummaryRecord>): WindowCheck {
  const newest = new Map<string, SummaryRecord>()
  for (const summary of summaries) {
    const key = `${summary.tag} ${summary.startUs}`
    const known = newest.get(key)
    if (known === undefined || known.revision < summary.revision) newest.set(key, summary)
  }
  const violations: string[] = []
  let windows = 0
  for (const [sensor, tag] of windowedTags(load).entries()) {
    const expected = expectedWindows(load, steady, sensor)
    windows += expected.length
    for (const window of expected) {
      const found = newest.get(`${tag} ${window.startUs}`)
      const problem = found === undefined ? 'is missing' : differenceOf(window, found)
      if (problem !== undefined) violations.push(`window ${tag} at ${window.startUs} ${problem}`)
    }
  }
  return { windows, violations }
}

interface Expected {
  readonly startUs: number
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
}

/** Those that were complete when the source stopped. */
function expectedWindows({ seed, rateHz }: Load, { startUs, given }: Steady, sensor: number): Expected[] {
  const walk = walkOf(seed, sensor)
  const periodUs = Math.round(1e6 / rateHz)
  const endUs = startUs + given * periodUs
  const windows: Expected[] = []
  for (let fromUs = floorTo(startUs, WINDOW_US); fromUs + WINDOW_US <= endUs; fromUs += WINDOW_US) {
    const first = Math.max(0, Math.ceil((fromUs - startUs) / periodUs))
    const end = Math.ceil((fromUs + WINDOW_US - startUs) / periodUs)
    const values = Array.from(
      { length: end - first },
      (_, at) => walk[(first + at) % WALK_LENGTH] ?? Number.NaN,
    )
    windows.push({
      startUs: fromUs,
      count: values.length,
      min: Math.min(...values),
      max: Math.max(...values),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    })
  }
  return windows
}

const floorTo = (value: number, step: number): number => Math.floor(value / step) * step

function differenceOf(expected: Expected, { count, min, max, mean }: SummaryRecord): string | undefined {
  const isEqual =
    count === expected.count &&
    min === expected.min &&
    max === expected.max &&
    Math.abs((mean ?? Number.NaN) - expected.mean) <= MEAN_TOLERANCE * Math.abs(expected.mean)
  if (isEqual) return undefined
  return `has ${JSON.stringify({ count, min, max, mean })} and not ${JSON.stringify(expected)}`
}

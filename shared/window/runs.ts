import { type Column, Quality } from '../frame/frame.ts'

/** Indexes of neighbouring samples: `from` inclusive, `to` exclusive. */
export interface Run {
  readonly from: number
  readonly to: number
}

/** What is in both of two ascending lists. */
export function intersectRuns(a: readonly Run[], b: readonly Run[]): Run[] {
  const common: Run[] = []
  for (let indexA = 0, indexB = 0; ; ) {
    const runA = a[indexA]
    const runB = b[indexB]
    if (runA === undefined || runB === undefined) return common
    const from = Math.max(runA.from, runB.from)
    const to = Math.min(runA.to, runB.to)
    if (from < to) common.push({ from, to })
    if (runA.to < runB.to) indexA++
    else indexB++
  }
}

export const sizeOfRuns = (runs: readonly Run[]): number =>
  runs.reduce((size, { from, to }) => size + to - from, 0)

/** What a column holds besides windows; of the times, those of samples that are not quarantined. */
export interface ColumnSurvey {
  readonly quarantined: number
  /** Infinity where there is none. */
  readonly oldestUs: number
  /** -Infinity where there is none. */
  readonly newestUs: number
  /** All samples are good, without a flag, and in order of time. */
  readonly isPlain: boolean
}

export function surveyColumn(column: Column): ColumnSurvey {
  const { timesUs } = column
  if (timesUs.length === 0 || !isPlain(column)) return surveyEach(column)
  const newestUs = timesUs[timesUs.length - 1] as number
  return { quarantined: 0, oldestUs: timesUs[0] as number, newestUs, isPlain: true }
}

/**
 * Most columns are, and a loop that has nothing to keep finds that out in half the time; four at a time halve it
 * again.
 */
function isPlain({ timesUs, quality }: Column): boolean {
  const { length } = timesUs
  const inFours = length - (length % 4)
  let flags = 0
  let lastUs = Number.NEGATIVE_INFINITY
  for (let index = 0; index < inFours; index += 4) {
    flags |= (quality[index] as number) | (quality[index + 1] as number)
    flags |= (quality[index + 2] as number) | (quality[index + 3] as number)
    const first = timesUs[index] as number
    const second = timesUs[index + 1] as number
    const third = timesUs[index + 2] as number
    const fourth = timesUs[index + 3] as number
    if (first < lastUs || second < first || third < second || fourth < third) return false
    lastUs = fourth
  }
  for (let index = inFours; index < length; index++) {
    flags |= quality[index] as number
    const timeUs = timesUs[index] as number
    if (timeUs < lastUs) return false
    lastUs = timeUs
  }
  return flags === 0
}

function surveyEach({ timesUs, quality }: Column): ColumnSurvey {
  let quarantined = 0
  let oldestUs = Number.POSITIVE_INFINITY
  let newestUs = Number.NEGATIVE_INFINITY
  for (let index = 0; index < timesUs.length; index++) {
    if (((quality[index] as number) & Quality.quarantined) !== 0) {
      quarantined++
      continue
    }
    const timeUs = timesUs[index] as number
    if (timeUs > newestUs) newestUs = timeUs
    if (timeUs < oldestUs) oldestUs = timeUs
  }
  return { quarantined, oldestUs, newestUs, isPlain: false }
}

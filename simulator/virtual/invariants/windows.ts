import { GenbaRecord, type SummaryRecord } from '../../../shared/contract/records.ts'
import { parseDurationUs } from '../../../shared/time/duration.ts'
import { type Evidence, followedRecords, type Violation, violation } from '../evidence.ts'
import { computeWindows, type ExpectedSummary } from '../window-oracle.ts'
import type { WindowPlan } from '../workload/site.ts'

const INVARIANT = 'the last revision of every window equals a batch computation over the journal'

/** Of the largest value: above what rounding in another order gives (a deviation of 0 may come out as 1e-8), far below any fault. */
const TOLERANCE = 1e-7

export function checkWindows(evidence: Pick<Evidence, 'journal' | 'windows'>): Violation[] {
  const { newest, found } = newestRevisions(evidence)
  const expected =
    evidence.windows === undefined
      ? undefined
      : computeWindows(evidence.journal, evidence.windows.map(inMicroseconds))
  if (expected !== undefined) found.push(...compare(expected, newest))
  return found.length === 0 ? [] : [violation(INVARIANT, `${found.length} differences`, found)]
}

function compare(
  expected: ReadonlyMap<string, ExpectedSummary>,
  newest: ReadonlyMap<string, SummaryRecord>,
): string[] {
  const found: string[] = []
  for (const [key, summary] of newest) {
    const wanted = expected.get(key)
    if (wanted === undefined) found.push(`${summary.id}: no such window`)
    else found.push(...differences(wanted, summary))
  }
  for (const key of expected.keys()) {
    if (!newest.has(key)) found.push(`${key}: no summary`)
  }
  return found
}

const inMicroseconds = ({ name, tags, size, offset, allowedLateness }: WindowPlan) => ({
  ...(name === undefined ? {} : { name }),
  tags,
  sizeUs: parseDurationUs(size),
  offsetUs: parseDurationUs(offset),
  allowedLatenessUs: parseDurationUs(allowedLateness),
})

/** The newest summary of each window, and revisions that did not follow one by one. */
function newestRevisions({ journal }: Pick<Evidence, 'journal'>): {
  newest: Map<string, SummaryRecord>
  found: string[]
} {
  const newest = new Map<string, SummaryRecord>()
  const found: string[] = []
  for (const { lsn, frame } of journal) {
    for (const text of followedRecords(frame)) {
      const record = GenbaRecord.parse(JSON.parse(text))
      if (record.type !== 'summary') continue
      const key = `${record.tag}|${record.window}|${record.startUs}`
      const last = newest.get(key)?.revision ?? -1
      if (record.revision !== last + 1) found.push(`LSN ${lsn}: ${record.id} after revision ${last}`)
      newest.set(key, record)
    }
  }
  return { newest, found }
}

function differences(wanted: ExpectedSummary, summary: SummaryRecord): string[] {
  const exact = (['endUs', 'count', 'bad', 'uncertain', 'min', 'max', 'last'] as const)
    .filter((field) => wanted[field] !== summary[field])
    .map((field) => `${summary.id}: ${field} is ${summary[field]}, not ${wanted[field]}`)
  const scale = Math.max(Math.abs(wanted.min ?? 0), Math.abs(wanted.max ?? 0), 1)
  const rounded = (['mean', 'std'] as const)
    .filter((field) => isFarFrom(wanted[field], summary[field], scale))
    .map((field) => `${summary.id}: ${field} is ${summary[field]}, not ${wanted[field]}`)
  return [...exact, ...rounded]
}

function isFarFrom(wanted: number | null, found: number | null, scale: number): boolean {
  if (wanted === null || found === null) return wanted !== found
  return Math.abs(wanted - found) > TOLERANCE * scale
}

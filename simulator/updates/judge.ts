import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SummaryRecord } from '../../shared/contract/records.ts'
import type { Gateway } from '../cli/gateway.ts'
import { journalSource } from '../cli/history/source.ts'
import { readRunningAudit } from '../cli/law/audit-read.ts'
import type { StateDirectory } from '../cli/state-directory.ts'
import { withStoppedJournal } from '../cli/store/stopped.ts'
import { openMessageFile } from '../cloud/message-file.ts'
import { checkLive, checkSteady } from './check-samples.ts'
import { checkWindows } from './check-windows.ts'
import { LIVE_TAG, type Load, WINDOW_US } from './load.ts'

export interface Findings {
  /** Of the source that can be read again: stored. */
  readonly samples: number
  readonly windows: number
  /** Between two answers of the processor to a live machine. */
  readonly largestLiveGapMs: number
  /** In the data of that machine, each marked as such. */
  readonly markedGaps: number
  readonly largestMarkedGapMs: number
  /** Entries of the audit trail about versions of components. */
  readonly auditedUpdates: number
  readonly violations: readonly string[]
}

export interface JudgeParts {
  readonly load: Load
  /** Between two answers of the processor, in milliseconds. */
  readonly largestLiveGapMs: number
  readonly audited: Audited
  /** Deployments that ended otherwise than they should. */
  readonly wrong: readonly string[]
  readonly tell: (line: string) => void
}

const GAP_MS_MAX = 2000
/** The last samples are stored, and the windows that they close are in the cloud. */
const SETTLE_MS = 10_000

/** Stops the sources and waits until the audit trail tells of every version that came in. */
export async function settle(
  gateway: Gateway,
  changed: ReadonlyMap<string, readonly string[]>,
): Promise<Audited> {
  await gateway.nucleus.mergeConfiguration('genba.Collector', { sources: [] })
  await sleep(SETTLE_MS)
  return auditedStarts(gateway, changed)
}

/** Holds what a stopped gateway has stored and sent against what the machines gave. */
export async function judge(
  state: StateDirectory,
  { load, largestLiveGapMs, audited, wrong, tell }: JudgeParts,
): Promise<Findings> {
  const { steady, gaps } = await withStoppedJournal(state, async (journal) => {
    while (await journal.seal(journal.headLsn)) tell(`${journal.sealing.samples} samples are sealed`)
    const history = journalSource(journal)
    return {
      steady: await checkSteady(history, load),
      gaps: await checkLive(history.range({ tags: [LIVE_TAG] }), GAP_MS_MAX * 1000),
    }
  })
  const windows = checkWindows(load, closedBy(steady.steady, load), summariesOf(state))
  const lateMs = largestLiveGapMs > GAP_MS_MAX ? [`live processing paused for ${largestLiveGapMs} ms`] : []
  return {
    samples: steady.samples,
    windows: windows.windows,
    largestLiveGapMs,
    markedGaps: gaps.gaps.length,
    largestMarkedGapMs: Math.max(
      0,
      ...gaps.gaps.map(({ fromUs, toUs }) => Math.round((toUs - fromUs) / 1000)),
    ),
    auditedUpdates: audited.starts,
    violations: [
      ...wrong,
      ...steady.violations,
      ...gaps.violations,
      ...windows.violations,
      ...audited.untold,
      ...lateMs,
    ],
  }
}

export interface Audited {
  /** Entries of the audit trail about versions of components. */
  readonly starts: number
  /** Versions that it does not know. */
  readonly untold: readonly string[]
}

/** A component whose message the historian missed tells again within a minute. */
const TOLD_MS_MAX = 90_000
const TOLD_POLL_MS = 5000

/** What the audit trail tells of versions, and which of those that came in it does not know. */
async function auditedStarts(
  { historian }: Gateway,
  changed: ReadonlyMap<string, readonly string[]>,
): Promise<Audited> {
  for (let waitedMs = 0; ; waitedMs += TOLD_POLL_MS) {
    const audit = await readRunningAudit(historian, new AbortController().signal)
    const starts = audit.filter(({ action }) => action === 'component-start')
    const told = starts.map(({ who, target, after }) => `${who} ${target} ${JSON.stringify(after)}`)
    const untold = [...changed].flatMap(([name, versions]) =>
      versions
        .filter((version) => !told.some((text) => text.includes(name) && text.includes(`"${version}"`)))
        .map((version) => `the audit trail does not tell of ${name} ${version}`),
    )
    if (untold.length === 0 || waitedMs >= TOLD_MS_MAX) return { starts: starts.length, untold }
    await sleep(TOLD_POLL_MS)
  }
}

/** Windows that end after the last sample wait for one that never comes. */
const closedBy = (
  { startUs, given }: { readonly startUs: number; readonly given: number },
  { rateHz }: Load,
) => ({
  startUs,
  given: given - Math.ceil((2 * WINDOW_US * rateHz) / 1e6),
})

function summariesOf({ cloud }: StateDirectory): SummaryRecord[] {
  const summaries: SummaryRecord[] = []
  const file = openMessageFile(join(cloud, 'received.jsonl'), ({ message }) => {
    for (const record of message.records) if (record.type === 'summary') summaries.push(record)
  })
  file.close()
  return summaries
}

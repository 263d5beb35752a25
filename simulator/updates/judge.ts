import { setTimeout as sleep } from 'node:timers/promises'
import type { SummaryRecord } from '../../shared/contract/records.ts'
import type { Gateway } from '../cli/gateway.ts'
import { readRunningAudit } from '../cli/law/audit-read.ts'
import { openMessageFile } from '../cloud/message-file.ts'
import { checkLive, checkSteady } from './check-samples.ts'
import { checkWindows } from './check-windows.ts'
import type { LiveWatch } from './live-watch.ts'
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
  readonly live: LiveWatch
  /** Versions that came in, by component. */
  readonly changed: ReadonlyMap<string, readonly string[]>
  /** Deployments that ended otherwise than they should. */
  readonly wrong: readonly string[]
  readonly tell: (line: string) => void
}

const GAP_MS_MAX = 2000
/** The last samples are stored, and the windows that they close are in the cloud. */
const SETTLE_MS = 10_000

/** Stops the sources and holds what is there against what they gave. */
export async function judge(
  gateway: Gateway,
  { load, live, changed, wrong, tell }: JudgeParts,
): Promise<Findings> {
  const largestLiveGapMs = live.largestGapMs()
  await gateway.nucleus.mergeConfiguration('genba.Collector', { sources: [] })
  tell('the sources have stopped')
  await sleep(SETTLE_MS)
  const steady = await checkSteady(gateway.history, load)
  const gaps = await checkLive(gateway.history.range({ tags: [LIVE_TAG] }), GAP_MS_MAX * 1000)
  const windows = checkWindows(load, closedBy(steady.steady, load), summariesOf(gateway))
  const { starts, untold } = await auditedStarts(gateway, changed)
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
    auditedUpdates: starts.length,
    violations: [
      ...wrong,
      ...steady.violations,
      ...gaps.violations,
      ...windows.violations,
      ...untold,
      ...lateMs,
    ],
  }
}

/** A component whose message the historian missed tells again within a minute. */
const TOLD_MS_MAX = 90_000
const TOLD_POLL_MS = 5000

/** What the audit trail tells of versions, and which of those that came in it does not know. */
async function auditedStarts({ historian }: Gateway, changed: JudgeParts['changed']) {
  for (let waitedMs = 0; ; waitedMs += TOLD_POLL_MS) {
    const audit = await readRunningAudit(historian, new AbortController().signal)
    const starts = audit.filter(({ action }) => action === 'component-start')
    const told = starts.map(({ who, target, after }) => `${who} ${target} ${JSON.stringify(after)}`)
    const untold = [...changed].flatMap(([name, versions]) =>
      versions
        .filter((version) => !told.some((text) => text.includes(name) && text.includes(`"${version}"`)))
        .map((version) => `the audit trail does not tell of ${name} ${version}`),
    )
    if (untold.length === 0 || waitedMs >= TOLD_MS_MAX) return { starts, untold }
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

function summariesOf({ state }: Gateway): SummaryRecord[] {
  const summaries: SummaryRecord[] = []
  const file = openMessageFile(`${state.cloud}/received.jsonl`, ({ message }) => {
    for (const record of message.records) if (record.type === 'summary') summaries.push(record)
  })
  file.close()
  return summaries
}

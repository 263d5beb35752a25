import { asyncScheduler, firstValueFrom, interval, merge, type Observable } from 'rxjs'
import { filter, map } from 'rxjs/operators'
import type { Context } from './context.ts'
import { CrashWatch, logTail } from './crash-watch.ts'
import { type EndReason, withGateway } from './ending.ts'
import { CliError } from './errors.ts'
import type { Gateway, GatewayOptions } from './gateway.ts'
import { createReplayNotice } from './replay-notice.ts'
import { faultsOf, makeReplayReport, type ReplayReport, renderReplayReport } from './replay-report.ts'
import type { ReplaySource } from './replay-sources.ts'
import { type ReplayParts, ReplayWatch } from './replay-watch.ts'
import { lastSourceFailure } from './source-failures.ts'
import { directoryBytes } from './store/directory-size.ts'

/** How a replay ended: by itself, or before its end. */
type Outcome = 'complete' | 'incomplete' | 'refused' | EndReason | { readonly failing: string }

const NOTICE_MS = 1000
/** The historian answers within milliseconds; after a kill it is back within some seconds. */
const REPORT_MS_MAX = 20_000

/**
 * Runs files through a whole gateway, reports, and stops.
 * @throws CliError `GENBA_REPLAY_INCOMPLETE` after the report, `GENBA_COMPONENT_FAILS`; the collector's own error for a
 *   file that it cannot read
 */
export async function runReplay(
  { output }: Context,
  options: GatewayOptions,
  sources: readonly ReplaySource[],
  json: boolean,
): Promise<void> {
  const startedMs = performance.now()
  await withGateway(options, output, async (gateway, ending$) => {
    const parts = { board: gateway.board, sourceCount: sources.length, summariesReceived: received(gateway) }
    const notice = createReplayNotice(output, gateway, parts)
    const notices = interval(NOTICE_MS, asyncScheduler).subscribe(() => notice.show())
    const outcome = await firstValueFrom(merge(outcomes(gateway, parts), ending$))
    notices.unsubscribe()
    notice.end()
    if (typeof outcome === 'object') throw failing(gateway, outcome.failing)
    if (outcome === 'refused') throw lastSourceFailure(gateway.state.logs)
    const report = await readReport(gateway, sources, performance.now() - startedMs)
    await (json ? output.json(report) : output.data(renderReplayReport(report)))
    throwIfIncomplete(outcome, report)
  })
}

const received =
  ({ cloud }: Gateway) =>
  (): number =>
    cloud.receiver.of('summary').received

function outcomes({ board, nucleus }: Gateway, parts: ReplayParts): Observable<Outcome> {
  const watch = new ReplayWatch(parts)
  const crashes = new CrashWatch()
  const verdicts = board.messages$.pipe(
    map(({ component }) => {
      crashes.noteAlive(component)
      return watch.note(component)
    }),
    filter((verdict) => verdict !== 'working'),
  )
  const failures = nucleus.events$.pipe(
    map((event) => crashes.note(event)),
    filter((component) => component !== undefined),
    map((component) => ({ failing: component })),
  )
  return merge(verdicts, failures)
}

function failing({ state }: Gateway, component: string): CliError {
  return new CliError(
    'GENBA_COMPONENT_FAILS',
    `${component} ends again and again; the replay is given up`,
    ...logTail(state.logs, component).map((line) => ({ received: line })),
    { mend: `read its log: genba logs ${component} --state ${state.path}` },
  )
}

async function readReport(
  { board, historian, cloud, nucleus, state }: Gateway,
  sources: readonly ReplaySource[],
  elapsedMs: number,
): Promise<ReplayReport> {
  const names = sources.map(({ name }) => `genba.Collector/${name}`)
  return makeReplayReport({
    state: state.path,
    sources,
    producers: await historian.producers(names, AbortSignal.timeout(REPORT_MS_MAX)),
    figure: (name) => board.figure(name) ?? 0,
    summaries: cloud.receiver.of('summary'),
    storeBytes: directoryBytes(state.historianStore),
    sentBytes: cloud.receiver.meter().bytes,
    components: nucleus.components(),
    elapsedMs,
  })
}

function throwIfIncomplete(outcome: Exclude<Outcome, object | 'refused'>, report: ReplayReport): void {
  const interrupted =
    outcome === 'complete' || outcome === 'incomplete' ? [] : [`ended early by a ${outcome}`]
  const faults = [...interrupted, ...faultsOf(report)]
  if (faults.length === 0) return
  throw new CliError(
    'GENBA_REPLAY_INCOMPLETE',
    'the replay is not complete',
    ...faults.map((received) => ({ received })),
    { mend: `go on where it ended: genba start --replay … --state ${report.state}` },
  )
}

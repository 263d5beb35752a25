import { formatBytes, formatCount, formatCounted, formatMs } from './figures.ts'
import type { QueueReport, StatusReport, Totals } from './status-report.ts'
import type { Terminal } from './terminal.ts'

type Colours = Terminal['colours']

/** The whole status for people: figures, components, queues. Every line ends with a line feed. */
export function renderStatus(status: StatusReport, colours: Colours): string {
  return [
    ...figureLines(status, colours),
    '',
    ...componentLines(status, colours),
    ...verdictLines(status, colours),
    '',
    ...queueLines(status, colours),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function figureLines({ samplesPerSecond, alarms, link, totals }: StatusReport, colours: Colours): string[] {
  const state = link === 'up' ? colours.green('up') : colours.red('down')
  const revised = totals.windowsRevised === 0 ? '' : `, ${formatCount(totals.windowsRevised)} revised`
  return [
    `${colours.bold(formatCount(samplesPerSecond))} samples/s   ${formatCount(totals.samplesStored)} stored, ${sealedText(totals)}   link ${state}`,
    `${formatCounted(totals.windowsEmitted, 'window')}${revised}   ${formatCounted(totals.summariesReceived, 'summary')} in the cloud   ${alarmText(alarms, colours)}`,
    byteTexts(totals).join(' → '),
  ]
}

const sealedText = ({ samplesSealed, bytesSealed }: Totals): string =>
  samplesSealed === 0
    ? 'none of them sealed'
    : `${formatCount(samplesSealed)} of them sealed into ${formatBytes(bytesSealed)}`

function byteTexts({ bytesRawJson, bytesStored, bytesSent }: Totals): string[] {
  const held = [`${formatBytes(bytesStored)} stored`, `${formatBytes(bytesSent)} sent`]
  return bytesRawJson === null ? held : [`${formatBytes(bytesRawJson)} as JSON`, ...held]
}

function alarmText({ active, raised }: StatusReport['alarms'], colours: Colours): string {
  const text = `${formatCounted(active, 'alarm')} active (${formatCount(raised)} raised)`
  return active > 0 ? colours.yellow(text) : text
}

function componentLines({ components }: StatusReport, colours: Colours): string[] {
  return [
    colours.dim('component         version   state        pid      restarts   memory'),
    ...components.map(({ name, version, state, pid, restarts, rssBytes }) => {
      const paint = state === 'RUNNING' || state === 'FINISHED' ? colours.green : colours.yellow
      const memory = rssBytes === null ? '' : formatBytes(rssBytes)
      return `${name.padEnd(17)} ${version.padEnd(9)} ${paint(state.padEnd(12))} ${String(pid ?? '').padEnd(8)} ${String(restarts).padEnd(10)} ${memory}`
    }),
  ]
}

/** A fit gateway needs no words. */
function verdictLines({ verdict }: StatusReport, colours: Colours): string[] {
  if (verdict === null || verdict.fit) return []
  return ['', colours.red('the gateway is not fit'), ...verdict.reasons.map((reason) => `  ${reason}`)]
}

function queueLines({ backlog }: StatusReport, colours: Colours): string[] {
  return [
    colours.dim('queue                      depth      oldest     bytes      limit      full in'),
    ...backlog.map((queue) => queueLine(queue)),
  ]
}

function queueLine({ component, name, depth, ageMs, bytes, limitBytes, fullInMs }: QueueReport): string {
  // What waits in the historian's store has no bound of its own.
  const isBounded = limitBytes < Number.MAX_SAFE_INTEGER
  const columns = [
    formatCount(depth),
    depth === 0 ? '' : formatMs(ageMs),
    formatBytes(bytes),
    isBounded ? formatBytes(limitBytes) : 'disk',
    fullInMs === null || !isBounded ? '' : formatMs(fullInMs),
  ]
  return `${`${component} ${name}`.padEnd(26)} ${columns.map((text) => text.padEnd(10)).join(' ')}`.trimEnd()
}

/** One line that says how it goes, for a log or a pipe. */
export function renderStatusLine(status: StatusReport): string {
  const { samplesPerSecond, alarms, link, totals } = status
  return [
    `${formatCount(samplesPerSecond)} samples/s`,
    `${formatCount(totals.samplesStored)} stored`,
    formatCounted(totals.windowsEmitted, 'window'),
    formatCounted(alarms.active, 'alarm'),
    `${formatCounted(totals.summariesReceived, 'summary')} sent`,
    ...byteTexts(totals),
    `link ${link}`,
  ].join(', ')
}

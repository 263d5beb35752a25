import type { FleetDeployment, FleetReport, FleetThing, Stage } from '../../fleet/fleet-report.ts'
import { formatCounted } from '../figures.ts'
import { formatTable } from '../table.ts'

const WORDS: Readonly<Record<Stage, string>> = {
  notTold: 'not told yet',
  queued: 'queued',
  inProgress: 'in progress',
  succeeded: 'succeeded',
  failed: 'failed',
  rejected: 'rejected',
  timedOut: 'timed out',
  canceled: 'cancelled',
}
/** Told even where there are none. */
const ALWAYS: ReadonlySet<Stage> = new Set<Stage>(['queued', 'inProgress', 'succeeded', 'failed'])

/** `revision 2 ACTIVE: 4 not told yet, 0 queued, …`: how the latest deployment goes, on one line. */
export function rolloutLine({ group, deployment }: FleetReport): string {
  if (deployment === null) return `${group}: no deployment yet`
  const { revisionId, status } = deployment
  return `${group}, revision ${revisionId} ${status}: ${stagesText(deployment)}`
}

function stagesText({ stages, rolledBack }: FleetDeployment): string {
  const entries = Object.entries(stages) as readonly [Stage, number][]
  return entries
    .filter(([stage, count]) => count > 0 || ALWAYS.has(stage))
    .map(([stage, count]) => {
      const back = stage === 'failed' && rolledBack > 0 ? ` (${rolledBack} rolled back)` : ''
      return `${count} ${WORDS[stage]}${back}`
    })
    .join(', ')
}

/** A few lines about a fleet, and one for each device if asked for. */
export function fleetText(report: FleetReport, withDevices: boolean): string {
  const { devices, online, deployment, versions, things } = report
  const rows = Object.entries(versions).map(([name, counts]) => [name, versionsText(counts)])
  return [
    `${formatCounted(devices, 'gateway', 'gateways')}, ${online} online\n`,
    `${rolloutLine(report)}\n`,
    ...(deployment === null ? [] : [`deployment ${deployment.deploymentId}, ${deployment.name}\n`]),
    formatTable(['component', 'versions'], rows),
    ...(withDevices ? [formatTable(['device', 'link', 'deployment', 'reason'], things.map(deviceRow))] : []),
  ].join('')
}

const versionsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([version, count]) => `${version} on ${count}`)
    .join(', ')

const deviceRow = ({ thing, isOnline, stage, isRolledBack, reason }: FleetThing): string[] => [
  thing,
  isOnline ? 'up' : 'down',
  `${stage === null ? 'none' : WORDS[stage]}${isRolledBack ? ', rolled back' : ''}`,
  reason ?? '',
]

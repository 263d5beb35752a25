import type { HealthMessage } from '../../shared/contract/health.ts'
import type { ComponentStatus } from '../nucleus/status.ts'
import type { HealthBoard } from './health-board.ts'

/** What `genba status --json` prints: an interface others rely on. */
export interface StatusReport {
  readonly v: 1
  readonly state: string
  readonly components: readonly ComponentStatus[]
  readonly samplesPerSecond: number
  readonly backlog: readonly QueueReport[]
  readonly alarms: { readonly active: number; readonly raised: number; readonly cleared: number }
  readonly link: 'up' | 'down'
  readonly totals: Totals
}

export type QueueReport = HealthMessage['queues'][number] & { readonly component: string }

/** Since the state directory was new. */
export interface Totals {
  readonly samplesStored: number
  readonly windowsEmitted: number
  readonly windowsRevised: number
  readonly summariesReceived: number
  readonly bytesRawJson: number
  readonly bytesStored: number
  readonly bytesSent: number
}

export interface StatusParts {
  readonly state: string
  readonly components: readonly ComponentStatus[]
  readonly board: HealthBoard
  readonly isLinkUp: boolean
  readonly summariesReceived: number
  readonly bytesSent: number
}

export function makeStatus(parts: StatusParts): StatusReport {
  const { state, components, board, isLinkUp, summariesReceived, bytesSent } = parts
  const figure = (name: string): number => board.figure(`genba_${name}`) ?? 0
  return {
    v: 1,
    state,
    components,
    samplesPerSecond: Math.round(board.samplesPerSecond()),
    backlog: board.all().flatMap(({ component, queues }) => queues.map((queue) => ({ component, ...queue }))),
    alarms: {
      active: figure('processor_alarms_active'),
      raised: figure('processor_alarms_raised'),
      cleared: figure('processor_alarms_cleared'),
    },
    link: isLinkUp ? 'up' : 'down',
    totals: {
      samplesStored: figure('historian_samples_stored'),
      windowsEmitted: figure('processor_windows_emitted'),
      windowsRevised: figure('processor_windows_revised'),
      summariesReceived,
      bytesRawJson: figure('collector_raw_json_bytes'),
      bytesStored: figure('historian_store_bytes'),
      bytesSent,
    },
  }
}

import type { HealthMessage } from '../../shared/contract/health.ts'
import type { FlavourName } from '../nucleus/flavour.ts'
import type { ComponentStatus } from '../nucleus/status.ts'
import type { HealthBoard, Verdict } from './health-board.ts'
import { storedFigures } from './store/stored-figures.ts'

/** What `genba status --json` prints: an interface others rely on. */
export interface StatusReport {
  readonly v: 1
  readonly state: string
  readonly nucleus: NucleusReport
  readonly endpoints: EndpointsReport
  readonly components: readonly ComponentStatus[]
  readonly samplesPerSecond: number
  readonly backlog: readonly QueueReport[]
  readonly alarms: { readonly active: number; readonly raised: number; readonly cleared: number }
  readonly link: 'up' | 'down'
  /** Of the last check by genba.Gateway; null before the first. */
  readonly verdict: Verdict | null
  readonly totals: Totals
}

export interface NucleusReport {
  /** IPC server, for components. */
  readonly socket: string
  readonly flavour: FlavourName
  readonly root: string
  readonly region: string
  readonly thingName: string
  readonly thingArn: string
}

/** Where the simulated cloud answers. */
export interface EndpointsReport {
  /** For `AWS_ENDPOINT_URL_GREENGRASSV2`. */
  readonly greengrassv2: string
  /** For `AWS_ENDPOINT_URL_S3`, addressed in path style. */
  readonly s3: string
  /** Not simulated. */
  readonly kinesis: null
  /** The broker's Unix domain socket. */
  readonly mqtt: string
  readonly region: string
  readonly account: string
}

export type QueueReport = HealthMessage['queues'][number] & { readonly component: string }

/** Since the state directory was new. */
export interface Totals {
  readonly samplesStored: number
  readonly samplesSealed: number
  /** Of the chunks into which those are sealed. */
  readonly bytesSealed: number
  readonly windowsEmitted: number
  readonly windowsRevised: number
  readonly summariesReceived: number
  /**
   * What the samples that are stored take as one JSON message each: by the mean of those that the collector has read
   * since it started. Null while it has read none.
   */
  readonly bytesRawJson: number | null
  /** Frames and chunks, without indexes. */
  readonly bytesStored: number
  readonly bytesSent: number
}

export interface StatusParts {
  readonly state: string
  readonly nucleus: NucleusReport
  readonly endpoints: EndpointsReport
  readonly components: readonly ComponentStatus[]
  readonly board: HealthBoard
  readonly isLinkUp: boolean
  readonly summariesReceived: number
  readonly bytesSent: number
}

export function makeStatus(parts: StatusParts): StatusReport {
  const { state, nucleus, endpoints, components, board, isLinkUp, summariesReceived, bytesSent } = parts
  const figure = (name: string): number => board.figure(`genba_${name}`) ?? 0
  const { samples, unsealedBytes, sealed } = storedFigures((name) => figure(`historian_${name}`))
  return {
    v: 1,
    state,
    nucleus,
    endpoints,
    components,
    samplesPerSecond: Math.round(board.samplesPerSecond()),
    backlog: board.all().flatMap(({ component, queues }) => queues.map((queue) => ({ component, ...queue }))),
    alarms: {
      active: figure('processor_alarms_active'),
      raised: figure('processor_alarms_raised'),
      cleared: figure('processor_alarms_cleared'),
    },
    link: isLinkUp ? 'up' : 'down',
    verdict: board.verdict ?? null,
    totals: {
      samplesStored: samples,
      samplesSealed: sealed.samples,
      bytesSealed: sealed.bytes,
      windowsEmitted: figure('processor_windows_emitted'),
      windowsRevised: figure('processor_windows_revised'),
      summariesReceived,
      bytesRawJson: asJson(samples, figure('collector_samples_read'), figure('collector_raw_json_bytes')),
      bytesStored: unsealedBytes + sealed.bytes,
      bytesSent,
    },
  }
}

/** The collector counts from its start, and the store has more: compared as they are, a restart would shrink the data. */
function asJson(samplesStored: number, samplesRead: number, bytesRead: number): number | null {
  if (samplesStored === 0) return 0
  return samplesRead === 0 ? null : Math.round((bytesRead / samplesRead) * samplesStored)
}

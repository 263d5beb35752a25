import * as z from 'zod'
import type { ProducerState } from '../../shared/contract/historian-request.ts'
import type { ComponentStatus } from '../nucleus/status.ts'
import { formatBytes, formatCount, formatCounted } from './figures.ts'
import type { ReplaySource } from './replay-sources.ts'

/** What `genba start --replay … --json` prints: an interface others rely on. */
export interface ReplayReport {
  readonly v: 1
  readonly state: string
  readonly samples: {
    readonly read: number
    /** Lines that could not be read. */
    readonly rejected: number
    readonly stored: number
    /** Samples that came a second time and were dropped. */
    readonly duplicates: number
    readonly lost: number
  }
  readonly windows: { readonly emitted: number; readonly revised: number; readonly lateSamples: number }
  readonly alarms: { readonly raised: number; readonly cleared: number }
  readonly summaries: { readonly created: number; readonly received: number; readonly duplicates: number }
  readonly bytes: { readonly rawJson: number; readonly stored: number; readonly sent: number }
  readonly files: readonly FileReport[]
  readonly components: readonly Omit<ComponentStatus, 'pid'>[]
  readonly elapsedMs: number
}

export interface FileReport {
  readonly path: string
  readonly samples: number
  readonly rejected: number
  /** The first rejected lines, numbered from 1. */
  readonly rejectedLines: readonly number[]
}

/** What a CSV source says of itself in its position: durable with the rows it counts. */
const CsvPosition = z.object({
  samples: z.number(),
  rejected: z.number(),
  lines: z.array(z.number()),
  json: z.number(),
})

export interface ReplayFindings {
  readonly state: string
  readonly sources: readonly ReplaySource[]
  /** In the order of `sources`. */
  readonly producers: readonly ProducerState[]
  /** A figure of a component's health. */
  readonly figure: (name: string) => number
  readonly summaries: { readonly received: number; readonly duplicates: number }
  readonly storeBytes: number
  readonly sentBytes: number
  readonly components: readonly ComponentStatus[]
  readonly elapsedMs: number
}

export function makeReplayReport(findings: ReplayFindings): ReplayReport {
  const { state, sources, producers, figure, summaries, storeBytes, sentBytes, components } = findings
  const positions = producers.map(({ position }) => readPosition(position))
  const read = sum(positions.map(({ samples }) => samples))
  const stored = sum(producers.map(({ sampleCount }) => sampleCount))
  return {
    v: 1,
    state,
    samples: {
      read,
      rejected: sum(positions.map(({ rejected }) => rejected)),
      stored,
      duplicates: figure('genba_historian_duplicate_samples'),
      lost: read - stored,
    },
    windows: {
      emitted: figure('genba_processor_windows_emitted'),
      revised: figure('genba_processor_windows_revised'),
      lateSamples: figure('genba_processor_samples_late'),
    },
    alarms: {
      raised: figure('genba_processor_alarms_raised'),
      cleared: figure('genba_processor_alarms_cleared'),
    },
    summaries: { created: figure('genba_historian_summaries_stored'), ...summaries },
    bytes: { rawJson: sum(positions.map(({ json }) => json)), stored: storeBytes, sent: sentBytes },
    files: sources.map(({ path }, index) => {
      const { samples = 0, rejected = 0, lines = [] } = positions[index] ?? {}
      return { path, samples, rejected, rejectedLines: lines }
    }),
    components: components.map(({ pid: _, ...component }) => component),
    elapsedMs: Math.round(findings.elapsedMs),
  }
}

/** A source without a position has stored nothing: an empty file, or one that was never opened. */
function readPosition(text: string): z.output<typeof CsvPosition> {
  return text === '' ? { samples: 0, rejected: 0, lines: [], json: 0 } : CsvPosition.parse(JSON.parse(text))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** @returns what is wrong with a finished replay; empty when all is well */
export function faultsOf({ samples, summaries }: ReplayReport): string[] {
  const missing = summaries.created - summaries.received
  return [
    ...(samples.lost === 0 ? [] : [`${formatCount(samples.lost)} samples that were read are not stored`]),
    ...(missing === 0 ? [] : [`${formatCounted(missing, 'summary')} did not arrive in the cloud`]),
  ]
}

export function renderReplayReport(report: ReplayReport): string {
  const { samples, windows, alarms, summaries, bytes, files, components } = report
  const rows: [string, string][] = [
    ['samples', parts({ ...samples })],
    [
      'windows',
      parts({ emitted: windows.emitted, revised: windows.revised, 'late samples': windows.lateSamples }),
    ],
    ['alarms', parts({ ...alarms })],
    ['summaries', parts({ ...summaries })],
    [
      'bytes',
      `${formatBytes(bytes.rawJson)} as JSON, ${formatBytes(bytes.stored)} stored, ${formatBytes(bytes.sent)} sent`,
    ],
    ...files
      .filter(({ rejected }) => rejected > 0)
      .map(({ path, rejected, rejectedLines }): [string, string] => [
        'rejected',
        `${path}: line ${rejectedLines.join(', ')}${rejected > rejectedLines.length ? ', …' : ''}`,
      ]),
    ...components
      .filter(({ restarts }) => restarts > 0)
      .map(({ name, restarts }): [string, string] => [
        'restarted',
        `${name}, ${formatCounted(restarts, 'time')}`,
      ]),
    ['took', `${(report.elapsedMs / 1000).toFixed(1)} s`],
    ['state', report.state],
  ]
  return rows.map(([name, text]) => `${name.padEnd(10)} ${text}\n`).join('')
}

const parts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${formatCount(count)} ${name}`)
    .join(', ')

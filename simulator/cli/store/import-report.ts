import { formatBytes, formatCount, formatCounted } from '../figures.ts'
import type { ImportFigures } from './import.ts'

/** What `genba store import … --json` prints: an interface others rely on. */
export interface ImportReport extends ImportFigures {
  readonly v: 1
  readonly state: string
  readonly file: string
  readonly producer: string
  readonly seconds: number
  /** Of those that this run has added. */
  readonly samplesPerSecond: number
  readonly bytes: { readonly file: number; readonly store: number }
}

export function renderImportReport(report: ImportReport): string {
  const { rows, rejected, rejectedLines, samples, stored, duplicates, seconds, bytes } = report
  const isParquet = report.file.endsWith('.parquet')
  const kind = isParquet ? 'Parquet' : 'CSV'
  const lines: [string, string][] = [
    [
      'rows',
      `${formatCount(rows)} read with ${formatCounted(samples, 'sample')}, ${formatCount(rejected)} rejected`,
    ],
    ...rejectedLines.map(({ line, reason }): [string, string] => [
      'rejected',
      `${isParquet ? 'row' : 'line'} ${line}: ${reason ?? 'refused when an earlier run read it'}`,
    ]),
    ...(rejected > rejectedLines.length
      ? [
          [
            '',
            `and ${formatCounted(rejected - rejectedLines.length, isParquet ? 'more row' : 'more line')}`,
          ] satisfies [string, string],
        ]
      : []),
    [
      'samples',
      `${formatCount(stored)} stored, ${formatCounted(duplicates, 'duplicate')} of an earlier import`,
    ],
    ['took', `${seconds.toFixed(2)} s, ${formatCount(report.samplesPerSecond)} samples/s`],
    ['bytes', `${formatBytes(bytes.file)} of ${kind}; the whole store takes ${formatBytes(bytes.store)}`],
    ['state', report.state],
  ]
  return lines.map(([name, text]) => `${name.padEnd(10)} ${text}\n`).join('')
}

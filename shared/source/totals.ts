import type { Column } from '../frame/frame.ts'
import type { Source, SourceBatch } from './source.ts'

/** What a source has given since its very first start. */
export interface SourceTotals {
  readonly samples: number
  /** Lines or values that were refused. */
  readonly rejected: number
  /** Bytes that one JSON message for each sample would have taken. */
  readonly rawJsonBytes: number
}

/** A batch that says what it ends: sources that carry their counters in their positions give these. */
export interface CountedBatch extends SourceBatch {
  readonly totals: SourceTotals
}

export interface CountedSource extends Source {
  read(...context: Parameters<Source['read']>): AsyncIterable<CountedBatch>
}

export const isCounted = (batch: SourceBatch): batch is CountedBatch => 'totals' in batch

export const countSamples = (columns: readonly Column[]): number =>
  columns.reduce((sum, { timesUs }) => sum + timesUs.length, 0)

/**
 * Bytes of one JSON message a sample, `{"tag":…,"timeUs":…,"value":…,"quality":…}`: what the plainest gateway would
 * send. Estimated from the first sample of each column, since the others differ by a digit or two and writing a
 * number costs more than encoding it.
 */
export function estimateJsonBytes(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.timesUs.length * messageBytes(column, 0), 0)
}

/** The same to the byte, for a source whose counters must not depend on where its batches were cut. */
export function countJsonBytes(columns: readonly Column[]): number {
  let bytes = 0
  for (const column of columns) {
    for (let index = 0; index < column.timesUs.length; index++) bytes += messageBytes(column, index)
  }
  return bytes
}

function messageBytes({ tag, timesUs, quality, data }: Column, index: number): number {
  const value = data.kind === 'boolean' ? data.values[index] === 1 : data.values[index]
  return Buffer.byteLength(JSON.stringify({ tag, timeUs: timesUs[index], value, quality: quality[index] }))
}

import type { EncodedContent, FrameMark } from './encode.ts'
import type { Column } from './frame.ts'

/** What the builder takes of a `SourceBatch`. */
export interface FrameBatch extends FrameMark {
  readonly columns: readonly Column[]
}

/** What is gathered between two closings: one way for sources with positions, one for those without. */
export interface Round {
  /** Takes a checked batch; returns what had to be closed for it or was full with it. */
  append(batch: FrameBatch): readonly EncodedContent[]
  /** Closes whatever is gathered; nothing where nothing is. */
  close(): readonly EncodedContent[]
  isEmpty(): boolean
}

/** A watermark never goes back: what was once said to be complete stays so. */
export function advance(previous: FrameMark, batch: FrameBatch): FrameMark {
  return {
    completeBeforeUs: Math.max(previous.completeBeforeUs, batch.completeBeforeUs),
    position: batch.position,
  }
}

/** Before the first batch. */
export const NO_MARK: FrameMark = { completeBeforeUs: Number.NEGATIVE_INFINITY, position: '' }

/** Bytes that a batch encodes to at most: every column falls back to eight bytes a value and a time. */
export function batchBytesMax(batch: FrameBatch): number {
  let bytes = 0
  for (const { tag, timesUs, data } of batch.columns) {
    bytes += COLUMN_BYTES_MAX + tag.length * 3 + timesUs.length * SAMPLE_BYTES_MAX
    if (data.kind === 'text') for (const text of data.values) bytes += text.length * 3
  }
  return bytes
}

export function countSamples(batch: FrameBatch): number {
  let count = 0
  for (const column of batch.columns) count += column.timesUs.length
  return count
}

/** Summaries, encodings, lengths and first numbers of one column and its time vector. */
const COLUMN_BYTES_MAX = 64

/** Time, value (or the length of a text) and quality. */
const SAMPLE_BYTES_MAX = 17

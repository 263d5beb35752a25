import type { ProducerState } from '../contract/historian-request.ts'
import type { AppendResult } from './append.ts'
import type { LogPage, LogQuery } from './log-reader.ts'
import type { RangePage, RangeQuery } from './range-reader.ts'
import type { TagBounds } from './tag.ts'

/**
 * The historian's durable log: frames in order of arrival, what is held of each producer, and indexes to find
 * samples by tag and time. One process appends; reads may run at any time and see what was durable when they began.
 */
export interface Journal {
  /** The newest durable log position; 0 while the log is empty. */
  readonly headLsn: number
  readonly totals: JournalTotals
  /** Frames that failed their check when read, since this journal was opened. */
  readonly damagedCount: number
  /**
   * Judges frames in the given order and makes the accepted ones durable in one synchronous batch. One call at a time.
   * @throws StoreError; then nothing has changed and the same frames may be appended again
   */
  append(frames: readonly Uint8Array[]): Promise<AppendResult>
  /** Epoch and sequence are -1 when nothing is held. */
  producer(name: string): ProducerState
  producers(): readonly ProducerState[]
  /** In the order of the UTF-8 bytes of their names, after `afterTag`. */
  tags(afterTag: string, countMax: number): readonly TagBounds[]
  /** A bounded part of the log after a position. */
  logPage(query: LogQuery): Promise<LogPage>
  /**
   * Samples of all matching tags, sorted by tag, then time, then order of arrival, in pages that each fit one message.
   * @throws JournalError `GENBA_READ_FILTER` or `GENBA_READ_CURSOR`, at the call
   */
  range(query: RangeQuery): AsyncIterable<RangePage>
  close(): Promise<void>
}

/** Durable figures. */
export interface JournalTotals {
  readonly frames: number
  readonly frameBytes: number
  readonly samples: number
  readonly records: number
  /** Summary records with distinct identities. */
  readonly summaries: number
  /** Samples in frames that were held already and dropped, as far as written with a later frame. */
  readonly duplicateSamples: number
}

export interface JournalOptions {
  /** Called once for each damaged frame that a read came upon and skipped. */
  readonly onDamage?: (lsn: number, reason: string) => void
}

import type { BackupReport, ProducerState } from '../contract/historian-request.ts'
import type { ProofLog } from '../proof/proof-log.ts'
import type { Picture } from '../rollup/picture.ts'
import type { KeyValueStore } from '../store/store.ts'
import type { AppendResult } from './append.ts'
import type { BackupOptions } from './backup/backup.ts'
import type { DamagedPlace } from './damage.ts'
import type { SealLimits } from './limits.ts'
import type { LogPage, LogQuery } from './log-reader.ts'
import type { PictureQuery } from './picture-reader.ts'
import type { RangePage, RangeQuery } from './range-reader.ts'
import type { Sealing } from './sealing.ts'
import type { TagBounds } from './tag.ts'
import type { JournalTotals } from './totals.ts'

/**
 * The historian's durable log: frames in order of arrival, what is held of each producer, and indexes to find
 * samples by tag and time. One process appends; reads may run at any time and see what was durable when they began.
 */
export interface Journal {
  /** The newest durable log position; 0 while the log is empty. */
  readonly headLsn: number
  readonly totals: JournalTotals
  /** Frames and chunks that failed their check when read, since this journal was opened. */
  readonly damagedCount: number
  /** How far the log is sealed, and what the chunks come to. */
  readonly sealing: Sealing
  /** Every frame and every chunk that ever became durable is a leaf of it. */
  readonly proof: Omit<ProofLog, 'draft' | 'reload'>
  /**
   * Judges frames in the given order and makes the accepted ones durable in one synchronous batch. One call at a time.
   * @throws StoreError; then nothing has changed and the same frames may be appended again
   */
  append(frames: readonly Uint8Array[]): Promise<AppendResult>
  /**
   * Puts the samples of the oldest frames into chunks and removes the frames: as many as one run takes, of those up to
   * `untilLsn`, but never the newest. Reads and appends may go on meanwhile. One call at a time.
   *
   * @returns false when there was nothing to do, or a backup is being made
   * @throws StoreError; what had become durable stays, and another call goes on from there
   */
  seal(untilLsn: number): Promise<boolean>
  /** Gives back the disk space of frames and chunks that sealing has removed; rewrites what lies around them. */
  compact(): Promise<void>
  /**
   * Brings a backup up to what is durable now. Appends and reads go on; nothing is sealed meanwhile.
   * @param target a store of its own: empty, or an earlier backup
   * @throws BackupError, JournalError, StoreError; an earlier backup is not harmed by what is damaged here
   */
  backup(target: KeyValueStore, options: BackupOptions): Promise<BackupReport>
  /** Epoch and sequence are -1 when nothing is held. */
  producer(name: string): ProducerState
  producers(): readonly ProducerState[]
  /** In the order of the UTF-8 bytes of their names, after `afterTag`. */
  tags(afterTag: string, countMax: number): readonly TagBounds[]
  /** A bounded part of the log after a position. */
  logPage(query: LogQuery): Promise<LogPage>
  /**
   * Samples of all matching tags, sorted by tag, then time, then order of arrival, in pages that each fit one message.
   * @throws JournalError `GENBA_READ_CURSOR`, GenbaError `GENBA_TAG_FILTER`, at the call
   */
  range(query: RangeQuery): AsyncIterable<RangePage>
  /**
   * The numbers of a tag as a display draws them: of each column the first, last, least and largest sample.
   * @throws RangeError when there is no time, or there are fewer than 8 points
   */
  picture(query: PictureQuery): Promise<Picture>
  close(): Promise<void>
}

export interface JournalOptions {
  /** Called once for each damaged frame or chunk that a read came upon and skipped. */
  readonly onDamage?: (place: DamagedPlace, reason: string) => void
  /** Samples that one range read holds in memory at most, twice over while it sorts. */
  readonly blockSamplesMax?: number
  readonly sealLimits?: SealLimits
  /**
   * When what is appended now was received, microseconds since 1970 UTC (`receiptUs` of the trusted time). Without it the
   * terms of the law run from the times of the samples alone.
   */
  readonly receivedUs?: () => number
}

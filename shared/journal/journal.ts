import type { Receipt } from '../chunk/chunk.ts'
import type { BackupReport, ProducerState } from '../contract/historian-request.ts'
import type { ProofLog } from '../proof/proof-log.ts'
import type { Picture } from '../rollup/picture.ts'
import type { CompactOptions, KeyValueStore } from '../store/store.ts'
import type { AppendResult } from './append.ts'
import type { BackupOptions } from './backup/backup.ts'
import type { RecordedChange } from './change.ts'
import type { RemovalOptions } from './journal-writer.ts'
import type { LawState } from './law-state.ts'
import type { Observed } from './observed.ts'
import type { Proving } from './proving/proving.ts'
import type { LogPage, LogQuery } from './read/log-reader.ts'
import type { PictureQuery } from './read/picture-reader.ts'
import type { RangePage, RangeQuery } from './read/range-reader.ts'
import type { JournalReads } from './read/reads.ts'
import type { PartitionTags } from './removal/partitions.ts'
import type { Piece, PieceRange } from './removal/pieces.ts'
import type { Redaction } from './removal/redact.ts'
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
  readonly law: LawState
  readonly observed: Observed
  /** Every frame and every chunk that ever became durable is a leaf of it. */
  readonly proof: Omit<ProofLog, 'draft' | 'reload'>
  /** Evidence for others, and the verification of the whole. */
  readonly proving: Proving
  /**
   * Judges frames in the given order and makes the accepted ones durable in one synchronous batch. Calls that come
   * meanwhile wait for it.
   * @param change what these frames are the record of: durable with them
   * @throws StoreError; then nothing has changed and the same frames may be appended again
   */
  append(frames: readonly Uint8Array[], change?: RecordedChange): Promise<AppendResult>
  /**
   * Puts the samples of the oldest frames into chunks and removes the frames: as many as one run takes, of those up to
   * `untilLsn`, but never the newest. Reads and appends may go on meanwhile.
   *
   * @returns false when there was nothing to do
   * @throws StoreError; what had become durable stays, and another call goes on from there
   */
  seal(untilLsn: number): Promise<boolean>
  /**
   * Chunks of a tag that reach into a range, the oldest first, then the rollups that are left of others; what is not
   * sealed yet is none.
   * @param range both ends belong to it
   * @param form only those of this form
   */
  pieces(tag: string, range: PieceRange, form?: Piece['form']): AsyncIterable<Piece>
  /** Parts of time, each with tags that have pieces in it: the earliest first. */
  partitions(): Iterable<PartitionTags>
  /** Bytes of what would be left of a chunk without its samples; 0 where it would be nothing. @throws StoreError */
  reducedBytes(piece: Piece): Promise<number>
  /**
   * Resolves when all writes have ended, and what a refused one had left in doubt has been read again: only then is what
   * this says of the law that of the store.
   */
  settle(): Promise<void>
  /** Runs `work` while nothing is being sealed; calls of `seal` wait until it has ended. */
  undisturbed<T>(work: () => Promise<T>): Promise<T>
  /**
   * Removes pieces, or only the samples of chunks, in one batch with the record of it. To be called within `undisturbed`, together with what found them: a
   * seal in between could merge them into others.
   *
   * @param record frames that say what was removed and why
   * @throws StoreError; then nothing has changed
   */
  removePieces(
    pieces: readonly Piece[],
    record: readonly Uint8Array[],
    options?: RemovalOptions,
  ): Promise<AppendResult>
  /**
   * Takes records out of frames, in one batch with the record of it. What came before keeps its leaves.
   * @throws StoreError; then nothing has changed
   */
  redact(redactions: readonly Redaction[], record: readonly Uint8Array[]): Promise<AppendResult>
  /** When the frame at a log position came. */
  receivedAt(lsn: number): Promise<Receipt>
  /** Keeps what was seen of clocks and disk; the death of the machine may lose the last of it. @throws StoreError */
  observe(observed: Observed): Promise<void>
  /** Gives back the disk space of frames and chunks that were removed; rewrites what lies around them. */
  compact(options?: CompactOptions): Promise<void>
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
  /** Statistics, cells, gaps, last values and pictures of many tags. */
  readonly reads: JournalReads
  close(): Promise<void>
}

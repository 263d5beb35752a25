import type { Receipt } from '../chunk/chunk.ts'
import type { BackupReport, ProducerState } from '../contract/historian-request.ts'
import type { ProofLog } from '../proof/proof-log.ts'
import type { Picture } from '../rollup/picture.ts'
import type { CompactOptions, KeyValueStore } from '../store/store.ts'
import type { AppendResult } from './append.ts'
import type { BackupOptions } from './backup/backup.ts'
import type { RecordedChange } from './change.ts'
import type { DamageReport } from './damage.ts'
import type { Journal } from './journal.ts'
import { JournalWriter, type RemovalOptions, type WriterParts } from './journal-writer.ts'
import { CHUNK_KEYS, INDEX_KEYS, LOG_KEYS, REDUCTION_KEYS, ROLLUP_KEYS } from './keys.ts'
import type { LawState } from './law-state.ts'
import { listTags } from './list-tags.ts'
import type { Observed } from './observed.ts'
import type { JournalOptions } from './options.ts'
import { createProving, type Proving } from './proving/proving.ts'
import { type LogPage, type LogQuery, readLogPage } from './read/log-reader.ts'
import { type PictureQuery, readPicture } from './read/picture-reader.ts'
import { type RangePage, type RangeQuery, readRange } from './read/range-reader.ts'
import { createReads } from './read/reads.ts'
import { receiptOfFrames } from './receipts.ts'
import { type PartitionTags, partitionsOf } from './removal/partitions.ts'
import { type Piece, type PieceRange, scanPieces } from './removal/pieces.ts'
import { reductionOf } from './removal/plan-removal.ts'
import type { Redaction } from './removal/redact.ts'
import type { Sealing } from './sealing.ts'
import { type JournalState, newProducer, stateOf } from './state.ts'
import { newTag, type TagBounds } from './tag.ts'
import type { JournalTotals } from './totals.ts'

/** See `Journal`. */
export class StoredJournal implements Journal {
  readonly #store: KeyValueStore
  readonly #damage: DamageReport
  readonly #blockSamplesMax: number
  readonly #writer: JournalWriter
  readonly reads = createReads(() => this.#source())
  readonly proving: Proving

  constructor(
    {
      store,
      damage,
      proof,
      options,
    }: WriterParts & {
      readonly options: Required<Pick<JournalOptions, 'blockSamplesMax'>>
    },
    state: JournalState,
  ) {
    this.#store = store
    this.#damage = damage
    this.#blockSamplesMax = options.blockSamplesMax
    const writer = new JournalWriter({ store, damage, proof, options }, state)
    this.#writer = writer
    this.proving = createProving({ store, damage, writer })
  }

  get headLsn(): number {
    return this.#writer.state.headLsn
  }

  get totals(): JournalTotals {
    return this.#writer.state.totals
  }

  get proof(): Omit<ProofLog, 'draft' | 'reload'> {
    return this.#writer.proof
  }

  get sealing(): Sealing {
    return this.#writer.state.sealing
  }

  get law(): LawState {
    return this.#writer.state.law
  }

  get observed(): Observed {
    return this.#writer.state.observed
  }

  get damagedCount(): number {
    return this.#damage.count
  }

  append(frames: readonly Uint8Array[], change: RecordedChange = {}): Promise<AppendResult> {
    return this.#writer.append(frames, change)
  }

  seal(untilLsn: number): Promise<boolean> {
    return this.#writer.seal(untilLsn)
  }

  backup(target: KeyValueStore, options: BackupOptions): Promise<BackupReport> {
    return this.proving.backup(target, options)
  }

  settle(): Promise<void> {
    return this.#writer.alone(() => Promise.resolve())
  }

  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.#writer.undisturbed(work)
  }

  pieces(tag: string, range: PieceRange, form?: Piece['form']): AsyncIterable<Piece> {
    const known = this.#writer.state.tags.get(tag)
    return scanPieces(this.#writer.sealSource(), known ?? newTag(tag, -1), range, form)
  }

  partitions(): Iterable<PartitionTags> {
    return partitionsOf(this.#writer.state)
  }

  async reducedBytes(piece: Piece): Promise<number> {
    return (await reductionOf(this.#writer.sealSource(), piece))?.length ?? 0
  }

  removePieces(
    pieces: readonly Piece[],
    record: readonly Uint8Array[],
    options: RemovalOptions = { keepsRollups: false },
  ): Promise<AppendResult> {
    return this.#writer.removePieces(pieces, record, options)
  }

  redact(redactions: readonly Redaction[], record: readonly Uint8Array[]): Promise<AppendResult> {
    return this.#writer.redact(redactions, record)
  }

  receivedAt(lsn: number): Promise<Receipt> {
    return receiptOfFrames(this.#store, lsn, lsn)
  }

  observe(observed: Observed): Promise<void> {
    return this.#writer.observe(observed)
  }

  async compact(options: CompactOptions = {}): Promise<void> {
    for (const range of [LOG_KEYS, INDEX_KEYS, CHUNK_KEYS, ROLLUP_KEYS, REDUCTION_KEYS])
      await this.#store.compact(range, options)
  }

  producer(name: string): ProducerState {
    return stateOf(this.#writer.state.producers.get(name) ?? newProducer(name, 0))
  }

  producers(): readonly ProducerState[] {
    return [...this.#writer.state.producers.values()].map(stateOf)
  }

  tags(afterTag: string, countMax: number): readonly TagBounds[] {
    return listTags(this.#writer.state, afterTag, countMax)
  }

  logPage(query: LogQuery): Promise<LogPage> {
    return readLogPage(this.#source(), query)
  }

  range(query: RangeQuery): AsyncIterable<RangePage> {
    return readRange(this.#source(), query)
  }

  picture(query: PictureQuery): Promise<Picture> {
    return readPicture(this.#source(), query)
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #source() {
    return {
      store: this.#store,
      damage: this.#damage,
      headLsn: this.#writer.state.headLsn,
      sealedLsn: () => this.#writer.state.sealing.sealedLsn,
      sealings: () => this.#writer.sealings(),
      state: () => this.#writer.state,
      blockSamplesMax: this.#blockSamplesMax,
    }
  }
}

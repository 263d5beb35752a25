import { Producer as Producers } from '../contract/producers.ts'
import type { FrameInspection } from '../frame/decode.ts'
import type { StoreOperation } from '../store/store.ts'
import { encodeChecked } from './checked-json.ts'
import { FORMAT_VALUE, FORMAT_VERSION } from './format.ts'
import { encodeIndexEntry } from './index/index-entry.ts'
import { indexPlanOf, type TagColumn } from './index/index-plan.ts'
import { spanClassOf } from './index/span.ts'
import {
  auditFrameKey,
  FORMAT_KEY,
  indexKey,
  logKey,
  lsnBytes,
  PROOF_START_KEY,
  producerKey,
  recordFrameKey,
  recordIdKey,
  TAG_FIGURES_LSN_KEY,
  TOTALS_KEY,
  tagKey,
} from './keys.ts'
import { TAG_FIGURES_EVERY_FRAMES } from './limits.ts'
import { isMarkDue, type ReceiptMark, writeMark } from './receipts.ts'
import { type JournalState, newProducer, type Producer } from './state.ts'
import { encodeTag, newTag, type Tag, withColumn } from './tag.ts'
import type { JournalTotals } from './totals.ts'
import { union } from './union.ts'

/**
 * One append in the making: what it will write, and what the state will be once that is durable. The state itself
 * is not touched before `apply`, so a refused batch leaves nothing to undo.
 */
export class Draft {
  readonly #state: JournalState
  readonly #operations: StoreOperation[] = []
  readonly #producers = new Map<string, Producer>()
  readonly #tags = new Map<string, Tag>()
  /** Tags that the store must hear of now, because reads or ids depend on it. */
  readonly #changedTags = new Set<string>()
  readonly #frames: Uint8Array[] = []
  readonly #totals: { -readonly [Key in keyof JournalTotals]: JournalTotals[Key] }
  #headLsn: number
  #newProducers = 0
  #newTags = 0
  /** Of what is accepted. */
  readonly #receipt: ReceiptMark

  /** @param receivedUs when the frames came */
  constructor(state: JournalState, receivedUs: number) {
    this.#state = state
    this.#receipt = {
      lsn: state.headLsn + 1,
      receivedUs,
      lawRevision: state.law.history.at(-1)?.revision ?? 0,
    }
    this.#totals = { ...state.totals }
    this.#headLsn = state.headLsn
  }

  producer(name: string): Producer {
    const known = this.#producers.get(name) ?? this.#state.producers.get(name)
    // An id is only taken once a frame is accepted.
    return known ?? newProducer(name, this.#state.producers.size + this.#newProducers)
  }

  dropDuplicate(frame: FrameInspection): void {
    this.#totals.duplicateSamples += frame.sampleCount
  }

  /** @returns the frame's log position */
  accept(frame: FrameInspection, bytes: Uint8Array): number {
    const lsn = this.#headLsn + 1
    this.#headLsn = lsn
    this.#put(logKey(lsn), bytes)
    this.#frames.push(bytes)
    if (frame.producer === Producers.audit) this.#put(auditFrameKey(lsn), NO_VALUE)
    else if (frame.body === 'records') this.#put(recordFrameKey(lsn), NO_VALUE)
    const before = this.producer(frame.producer)
    if (before.frameCount === 0 && !this.#producers.has(frame.producer)) this.#newProducers += 1
    const spanMask = before.spanMask | this.#index(frame, lsn, before.id)
    this.#producers.set(frame.producer, {
      ...before,
      epoch: frame.epoch,
      sequence: frame.sequence,
      // An empty one (the first frame of an epoch, a heartbeat) says nothing of where the source resumes.
      position: frame.position === '' ? before.position : frame.position,
      frameCount: before.frameCount + 1,
      sampleCount: before.sampleCount + frame.sampleCount,
      recordCount: before.recordCount + frame.recordCount,
      spanMask,
    })
    this.#totals.frames += 1
    this.#totals.frameBytes += bytes.length
    this.#totals.samples += frame.sampleCount
    this.#totals.records += frame.recordCount
    return lsn
  }

  /** A record whose identity is new. */
  acceptRecord(id: string, type: string, lsn: number): void {
    this.#put(recordIdKey(id), lsnBytes(lsn))
    if (type === 'summary') this.#totals.summaries += 1
  }

  /** Samples that the same batch removes. */
  noteRemoved(samples: number): void {
    this.#totals.removedSamples += samples
  }

  /** Those accepted, in log order. */
  get frames(): readonly Uint8Array[] {
    return this.#frames
  }

  /** All that must become durable in one batch; empty when no frame was accepted. */
  operations(): readonly StoreOperation[] {
    if (this.#operations.length === 0) return []
    if (this.#state.formatVersion < FORMAT_VERSION) this.#put(FORMAT_KEY, FORMAT_VALUE)
    if (this.#state.proofStartLsn === undefined) this.#put(PROOF_START_KEY, lsnBytes(this.#state.headLsn + 1))
    if (this.#marksReceipt) this.#operations.push(writeMark(this.#receipt))
    for (const producer of this.#producers.values())
      this.#put(producerKey(producer.producer), encodeChecked(producer))
    this.#put(TOTALS_KEY, encodeChecked(this.#totals))
    if (this.#writesAllFigures) {
      for (const name of this.#state.staleTags) this.#changedTags.add(name)
      for (const name of this.#tags.keys()) this.#changedTags.add(name)
      this.#put(TAG_FIGURES_LSN_KEY, lsnBytes(this.#headLsn))
    }
    for (const name of this.#changedTags) {
      const tag = this.#tag(name)
      if (tag) this.#put(tagKey(name), encodeTag(tag))
    }
    return this.#operations
  }

  /** Makes the draft the state; called once its operations are durable. */
  apply(): void {
    const state = this.#state
    state.totals = this.#totals
    if (this.#operations.length === 0) return
    state.formatVersion = FORMAT_VERSION
    state.proofStartLsn ??= state.headLsn + 1
    if (this.#marksReceipt) state.receipt = this.#receipt
    for (const producer of this.#producers.values()) state.producers.set(producer.producer, producer)
    for (const tag of this.#tags.values()) {
      state.tags.set(tag)
      state.staleTags.add(tag.tag)
    }
    for (const name of this.#changedTags) state.staleTags.delete(name)
    if (this.#writesAllFigures) state.tagFiguresLsn = this.#headLsn
    state.headLsn = this.#headLsn
  }

  get #marksReceipt(): boolean {
    return isMarkDue(this.#state.receipt, this.#receipt)
  }

  get #writesAllFigures(): boolean {
    return this.#headLsn - this.#state.tagFiguresLsn >= TAG_FIGURES_EVERY_FRAMES
  }

  #tag(name: string): Tag | undefined {
    return this.#tags.get(name) ?? this.#state.tags.get(name)
  }

  /** Index entries of one frame. @returns the span class bit that the producer's own index gained, or 0 */
  #index(frame: FrameInspection, lsn: number, producerId: number): number {
    const { columns, wide } = indexPlanOf(frame.columns)
    for (const column of columns) {
      const spanClass = spanClassOf(column.minTimeUs, column.maxTimeUs)
      const tag = this.#withLane(column, producerId, wide === undefined ? spanClass : undefined)
      this.#tags.set(tag.tag, withColumn(tag, lsn, column))
      if (wide !== undefined) continue
      const lane = { of: 'tag', id: tag.id, spanClass } as const
      this.#put(indexKey(lane, column.minTimeUs, lsn), encodeIndexEntry(column.maxTimeUs, []))
    }
    if (wide === undefined) return 0
    const spanClass = spanClassOf(wide.minTimeUs, wide.maxTimeUs)
    const ids = columns.map((column) => this.#tag(column.tag)?.id ?? 0).sort((a, b) => a - b)
    const lane = { of: 'producer', id: producerId, spanClass } as const
    this.#put(indexKey(lane, wide.minTimeUs, lsn), encodeIndexEntry(wide.maxTimeUs, ids))
    return 1 << spanClass
  }

  /** The tag, known to be written by this producer, in these kinds, and findable where its index entry goes. */
  #withLane(column: TagColumn, producerId: number, spanClass: number | undefined): Tag {
    let tag = this.#tag(column.tag)
    if (!tag) {
      tag = newTag(column.tag, this.#state.tags.size + this.#newTags)
      this.#newTags += 1
    }
    const changed: Tag = {
      ...tag,
      kinds: union(tag.kinds, column.kinds),
      producers: union(tag.producers, [producerId]),
      wideProducers: spanClass === undefined ? union(tag.wideProducers, [producerId]) : tag.wideProducers,
      spanMask: spanClass === undefined ? tag.spanMask : tag.spanMask | (1 << spanClass),
    }
    const isSame =
      changed.kinds === tag.kinds &&
      changed.producers === tag.producers &&
      changed.wideProducers === tag.wideProducers &&
      changed.spanMask === tag.spanMask
    if (isSame) return tag
    this.#changedTags.add(tag.tag)
    return changed
  }

  #put(key: Uint8Array, value: Uint8Array): void {
    this.#operations.push({ type: 'put', key, value })
  }
}

const NO_VALUE = new Uint8Array()

import type { ProducerState } from '../contract/historian-request.ts'
import type { KeyValueStore } from '../store/store.ts'
import { type AppendResult, judge } from './append.ts'
import { createDamageReport, type DamageReport } from './damage.ts'
import { BLOCK_SAMPLES_MAX } from './limits.ts'
import { loadState } from './load.ts'
import { type LogPage, type LogQuery, readLogPage } from './log-reader.ts'
import { type RangePage, type RangeQuery, readRange } from './range-reader.ts'
import { type JournalState, newProducer, stateOf } from './state.ts'
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
   * @throws JournalError `GENBA_READ_CURSOR`, GenbaError `GENBA_TAG_FILTER`, at the call
   */
  range(query: RangeQuery): AsyncIterable<RangePage>
  close(): Promise<void>
}

export interface JournalOptions {
  /** Called once for each damaged frame that a read came upon and skipped. */
  readonly onDamage?: (lsn: number, reason: string) => void
  /** Samples that one range read holds in memory at most, twice over while it sorts. */
  readonly blockSamplesMax?: number
}

/**
 * Opens the journal of a store; writes nothing before the first append.
 * @throws JournalError `GENBA_JOURNAL_NEWER`, `GENBA_JOURNAL_FOREIGN`; StoreError
 */
export async function openJournal(store: KeyValueStore, options: JournalOptions = {}): Promise<Journal> {
  const damage = createDamageReport(options.onDamage ?? (() => {}))
  const { blockSamplesMax = BLOCK_SAMPLES_MAX } = options
  return new StoredJournal(store, damage, blockSamplesMax, await loadState(store, damage))
}

class StoredJournal implements Journal {
  readonly #store: KeyValueStore
  readonly #damage: DamageReport
  readonly #blockSamplesMax: number
  #state: JournalState
  #isAppending = false
  /**
   * After a refused batch the store may hold it all the same: the write may have reached the disk and only the
   * synchronisation failed. What is held is then read again before anything else is judged.
   */
  #isUncertain = false

  constructor(store: KeyValueStore, damage: DamageReport, blockSamplesMax: number, state: JournalState) {
    this.#store = store
    this.#damage = damage
    this.#blockSamplesMax = blockSamplesMax
    this.#state = state
  }

  get headLsn(): number {
    return this.#state.headLsn
  }

  get totals(): JournalTotals {
    return this.#state.totals
  }

  get damagedCount(): number {
    return this.#damage.count
  }

  async append(frames: readonly Uint8Array[]): Promise<AppendResult> {
    if (this.#isAppending) throw new Error('append was called while another append is under way')
    this.#isAppending = true
    try {
      if (this.#isUncertain) await this.#reload()
      const { draft, result } = await judge(this.#state, this.#store, frames)
      const operations = draft.operations()
      if (operations.length > 0) await this.#write(operations)
      draft.apply()
      return result()
    } finally {
      this.#isAppending = false
    }
  }

  producer(name: string): ProducerState {
    return stateOf(this.#state.producers.get(name) ?? newProducer(name, 0))
  }

  producers(): readonly ProducerState[] {
    return [...this.#state.producers.values()].map(stateOf)
  }

  tags(afterTag: string, countMax: number): readonly TagBounds[] {
    const found: TagBounds[] = []
    let tag = this.#state.tags.next(afterTag)
    while (tag && found.length < countMax) {
      const { tag: name, firstTimeUs, lastTimeUs, sampleCount } = tag
      found.push({ tag: name, firstTimeUs, lastTimeUs, sampleCount })
      tag = this.#state.tags.next(name)
    }
    return found
  }

  logPage(query: LogQuery): Promise<LogPage> {
    return readLogPage(this.#source(), query)
  }

  range(query: RangeQuery): AsyncIterable<RangePage> {
    return readRange(this.#source(), query)
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #source() {
    return {
      store: this.#store,
      damage: this.#damage,
      headLsn: this.#state.headLsn,
      state: this.#state,
      blockSamplesMax: this.#blockSamplesMax,
    }
  }

  async #write(operations: Parameters<KeyValueStore['batch']>[0]): Promise<void> {
    try {
      await this.#store.batch(operations, { sync: true })
    } catch (error) {
      this.#isUncertain = true
      throw error
    }
  }

  async #reload(): Promise<void> {
    this.#state = await loadState(this.#store, this.#damage)
    this.#isUncertain = false
  }
}

import type { BackupReport, ProducerState } from '../contract/historian-request.ts'
import { leafHash } from '../proof/merkle.ts'
import type { ProofLog } from '../proof/proof-log.ts'
import type { Picture } from '../rollup/picture.ts'
import type { KeyValueStore } from '../store/store.ts'
import { type AppendResult, judge } from './append.ts'
import { type BackupOptions, writeBackup } from './backup/backup.ts'
import { snapshotOf } from './backup/snapshot.ts'
import type { DamageReport } from './damage.ts'
import type { Journal, JournalOptions } from './journal.ts'
import { CHUNK_KEYS, INDEX_KEYS, LOG_KEYS, ROLLUP_KEYS } from './keys.ts'
import type { SealLimits } from './limits.ts'
import { loadState } from './load.ts'
import { type LogPage, type LogQuery, readLogPage } from './log-reader.ts'
import { type PictureQuery, readPicture } from './picture-reader.ts'
import { proofOperations } from './proof-head.ts'
import { type RangePage, type RangeQuery, readRange } from './range-reader.ts'
import { nextCleanBatch } from './seal/clean.ts'
import { commitSeal } from './seal/commit-seal.ts'
import { planSeal, type SealPlan } from './seal/plan-seal.ts'
import { SealGate } from './seal-gate.ts'
import type { Sealing } from './sealing.ts'
import { type JournalState, newProducer, stateOf } from './state.ts'
import type { TagBounds } from './tag.ts'
import type { JournalTotals } from './totals.ts'

/** See `Journal`. */
export class StoredJournal implements Journal {
  readonly #store: KeyValueStore
  readonly #damage: DamageReport
  readonly #blockSamplesMax: number
  readonly #sealLimits: SealLimits
  readonly #receivedUs: () => number
  readonly #proof: ProofLog
  #state: JournalState
  #isAppending = false
  readonly #gate = new SealGate()
  #isWritingSeal = false
  #sealings = 0
  /** One write at a time: each is drafted from the state that the one before has left. */
  #lastWrite: Promise<unknown> = Promise.resolve()
  /**
   * After a refused batch the store may hold it all the same: the write may have reached the disk and only the
   * synchronisation failed. What is held is then read again before anything else is judged.
   */
  #isUncertain = false

  constructor(
    store: KeyValueStore,
    damage: DamageReport,
    options: Required<Pick<JournalOptions, 'blockSamplesMax' | 'sealLimits' | 'receivedUs'>>,
    state: JournalState,
    proof: ProofLog,
  ) {
    this.#store = store
    this.#proof = proof
    this.#damage = damage
    this.#blockSamplesMax = options.blockSamplesMax
    this.#sealLimits = options.sealLimits
    this.#receivedUs = options.receivedUs
    this.#state = state
  }

  get headLsn(): number {
    return this.#state.headLsn
  }

  get totals(): JournalTotals {
    return this.#state.totals
  }

  get proof(): Omit<ProofLog, 'draft' | 'reload'> {
    return this.#proof
  }

  get sealing(): Sealing {
    return this.#state.sealing
  }

  get damagedCount(): number {
    return this.#damage.count
  }

  async append(frames: readonly Uint8Array[]): Promise<AppendResult> {
    if (this.#isAppending) throw new Error('append was called while another append is under way')
    this.#isAppending = true
    try {
      return await this.#alone(async () => {
        const { draft, result } = await judge(this.#state, this.#store, frames, this.#receivedUs())
        const operations = draft.operations()
        const proof = this.#proof.draft()
        for (const bytes of draft.frames) proof.append(leafHash(bytes))
        if (operations.length > 0) await this.#write([...operations, ...proofOperations(proof)])
        draft.apply()
        proof.commit()
        return result()
      })
    } finally {
      this.#isAppending = false
    }
  }

  seal(untilLsn: number): Promise<boolean> {
    return this.#gate.seal(async () => {
      // Whatever the last write has left in the dark is read again first.
      await this.#alone(() => Promise.resolve())
      if (await this.#clean()) return true
      // The newest frame stays: by it the log knows its head when it is opened again.
      const plan = await planSeal(this.#sealSource(), Math.min(untilLsn, this.headLsn - 1))
      if (plan === undefined) return false
      await this.#alone(() => this.#writeSeal(plan))
      await this.#clean()
      return true
    })
  }

  backup(target: KeyValueStore, options: BackupOptions): Promise<BackupReport> {
    return this.#gate.holdOff(async () => {
      const moment = () => ({ headLsn: this.headLsn, leaves: this.#proof.size })
      const snapshot = await this.#alone(() => snapshotOf(this.#store, moment()))
      return writeBackup(snapshot, target, options)
    })
  }

  async compact(): Promise<void> {
    for (const range of [LOG_KEYS, INDEX_KEYS, CHUNK_KEYS, ROLLUP_KEYS]) await this.#store.compact(range)
  }

  async #writeSeal(plan: SealPlan): Promise<void> {
    this.#sealings += 1
    this.#isWritingSeal = true
    try {
      const commit = commitSeal(this.#state, plan, this.#proof.draft())
      await this.#write(commit.operations)
      commit.apply()
    } finally {
      this.#isWritingSeal = false
    }
  }

  /** @returns false when no sealed frame was left */
  async #clean(): Promise<boolean> {
    for (let isAny = false; ; isAny = true) {
      const batch = await nextCleanBatch(this.#sealSource())
      if (batch === undefined) return isAny
      await this.#alone(async () => {
        // A death brings back what was not synced, to be removed again.
        await this.#store.batch(batch.operations, { sync: false })
        this.#state.sealing = { ...this.#state.sealing, cleanedLsn: batch.cleanedLsn }
      })
    }
  }

  #sealSource() {
    return { store: this.#store, damage: this.#damage, state: this.#state, limits: this.#sealLimits }
  }

  /** Runs `write` once all writes before it have ended. */
  async #alone<T>(write: () => Promise<T>): Promise<T> {
    const before = this.#lastWrite
    const running = (async () => {
      await before
      if (this.#isUncertain) await this.#reload()
      return await write()
    })()
    this.#lastWrite = running.catch(() => undefined)
    return await running
  }

  producer(name: string): ProducerState {
    return stateOf(this.#state.producers.get(name) ?? newProducer(name, 0))
  }

  producers(): readonly ProducerState[] {
    return [...this.#state.producers.values()].map(stateOf)
  }

  tags(afterTag: string, countMax: number): readonly TagBounds[] {
    const producers = [...this.#state.producers.values()]
    const nameOf = new Map(producers.map(({ id, producer }) => [id, producer]))
    const found: TagBounds[] = []
    let tag = this.#state.tags.next(afterTag)
    while (tag && found.length < countMax) {
      const { tag: name, firstTimeUs, lastTimeUs, sampleCount } = tag
      const writers = tag.producers.flatMap((id) => nameOf.get(id) ?? [])
      found.push({ tag: name, producers: writers, firstTimeUs, lastTimeUs, sampleCount })
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
      headLsn: this.#state.headLsn,
      sealedLsn: () => this.#state.sealing.sealedLsn,
      sealings: async () => {
        if (this.#isUncertain || this.#isWritingSeal) await this.#alone(() => Promise.resolve())
        return this.#sealings
      },
      state: () => this.#state,
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
    await this.#proof.reload()
    this.#sealings += 1
    this.#isUncertain = false
  }
}

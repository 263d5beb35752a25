import { leafHash } from '../proof/merkle.ts'
import type { ProofLog } from '../proof/proof-log.ts'
import type { KeyValueStore } from '../store/store.ts'
import { createSerial, type Serial } from '../time/serial.ts'
import { type AppendResult, judge } from './append.ts'
import { type RecordedChange, recordedChange } from './change.ts'
import type { DamageReport } from './damage.ts'
import { loadState } from './load.ts'
import type { Observed } from './observed.ts'
import type { JournalOptions } from './options.ts'
import { proofOperations } from './proof-head.ts'
import type { Piece } from './removal/pieces.ts'
import { type MakeChange, planReduction, planRemoval } from './removal/plan-removal.ts'
import { type Redaction, redactionChange } from './removal/redact.ts'
import { nextCleanBatch } from './seal/clean.ts'
import { commitSeal } from './seal/commit-seal.ts'
import { planSeal, type SealPlan } from './seal/plan-seal.ts'
import type { SealSource } from './seal/seal-source.ts'
import type { JournalState } from './state.ts'

const NOTHING_STORED: AppendResult = { stored: [], held: [], duplicates: [], gaps: [], corrupt: [] }

export interface WriterParts {
  readonly store: KeyValueStore
  readonly damage: DamageReport
  readonly proof: ProofLog
  readonly options: Required<Pick<JournalOptions, 'sealLimits' | 'receivedUs'>>
}

export interface RemovalOptions {
  /** Only samples go: what chunks come to stays, where there is anything to be rolled up. */
  readonly keepsRollups: boolean
}

/** Everything that changes a journal, and the state that follows from it; see `Journal`. */
export class JournalWriter {
  readonly #store: KeyValueStore
  readonly #damage: DamageReport
  readonly #options: WriterParts['options']
  readonly proof: ProofLog
  state: JournalState
  /** Sealing, and what it must not disturb: one at a time. */
  readonly undisturbed: Serial = createSerial()
  /** One write at a time: each is drafted from the state that the one before has left. */
  readonly #writes = createSerial()
  #isWritingSeal = false
  #sealings = 0
  /**
   * After a refused batch the store may hold it all the same: the write may have reached the disk and only the
   * synchronisation failed. What is held is then read again before anything else is judged.
   */
  #isUncertain = false

  constructor({ store, damage, proof, options }: WriterParts, state: JournalState) {
    this.#store = store
    this.#damage = damage
    this.proof = proof
    this.#options = options
    this.state = state
  }

  append(frames: readonly Uint8Array[], change: RecordedChange): Promise<AppendResult> {
    return this.alone(() => this.#appendWith(frames, () => recordedChange(this.state, change)))
  }

  removePieces(
    pieces: readonly Piece[],
    record: readonly Uint8Array[],
    { keepsRollups }: RemovalOptions,
  ): Promise<AppendResult> {
    return this.alone(() =>
      this.#asSealing(async () => {
        const plan = keepsRollups ? planReduction : planRemoval
        return this.#appendWith(record, await plan(this.sealSource(), pieces))
      }),
    )
  }

  redact(redactions: readonly Redaction[], record: readonly Uint8Array[]): Promise<AppendResult> {
    return this.alone(() =>
      this.#appendWith(record, (headLsn, proof) => redactionChange(this.state, redactions, headLsn, proof)),
    )
  }

  observe(observed: Observed): Promise<void> {
    return this.alone(async () => {
      const { operations, apply } = recordedChange(this.state, { observed })
      await this.#store.batch(operations, { sync: false })
      apply()
    })
  }

  seal(untilLsn: number): Promise<boolean> {
    return this.undisturbed(async () => {
      // Whatever the last write has left in the dark is read again first.
      await this.alone(() => Promise.resolve())
      if (await this.#clean()) return true
      // The newest frame stays: by it the log knows its head when it is opened again.
      const plan = await planSeal(this.sealSource(), Math.min(untilLsn, this.state.headLsn - 1))
      if (plan === undefined) return false
      await this.alone(() => this.#writeSeal(plan))
      await this.#clean()
      return true
    })
  }

  /** As `undisturbed`, until the function that this gives is called. */
  hold(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      this.undisturbed(() => new Promise<void>((release) => resolve(release))).catch(reject)
    })
  }

  /** Rises with every sealing and removal; waits for one that is being written. */
  async sealings(): Promise<number> {
    if (this.#isUncertain || this.#isWritingSeal) await this.alone(() => Promise.resolve())
    return this.#sealings
  }

  sealSource(): SealSource {
    return { store: this.#store, damage: this.#damage, state: this.state, limits: this.#options.sealLimits }
  }

  /** Runs `write` once all writes before it have ended. */
  alone<T>(write: () => Promise<T>): Promise<T> {
    return this.#writes(async () => {
      if (this.#isUncertain) await this.#reload()
      return await write()
    })
  }

  /** @param make what else is changed, by the head that the log will have and a draft with the leaves of all frames */
  async #appendWith(frames: readonly Uint8Array[], make: MakeChange): Promise<AppendResult> {
    const { draft, result } = await judge(this.state, this.#store, frames, this.#options.receivedUs())
    const proof = this.proof.draft()
    for (const bytes of draft.frames) proof.append(leafHash(bytes))
    const change = make(this.state.headLsn + draft.frames.length, proof)
    // A change goes with its whole record or not at all: who gave it numbers it anew.
    if (change.operations.length > 0 && draft.frames.length < frames.length) return NOTHING_STORED
    draft.noteRemoved(change.removedSamples)
    const operations = [...draft.operations(), ...change.operations]
    if (operations.length > 0) await this.#write([...operations, ...proofOperations(proof)])
    draft.apply()
    change.apply()
    proof.commit()
    return result()
  }

  async #writeSeal(plan: SealPlan): Promise<void> {
    await this.#asSealing(async () => {
      const commit = commitSeal(this.state, plan, this.proof.draft())
      await this.#write(commit.operations)
      commit.apply()
    })
  }

  /** Reads that come across `write` are made again. */
  async #asSealing<T>(write: () => Promise<T>): Promise<T> {
    this.#sealings += 1
    this.#isWritingSeal = true
    try {
      return await write()
    } finally {
      this.#isWritingSeal = false
    }
  }

  /** @returns false when no sealed frame was left */
  async #clean(): Promise<boolean> {
    for (let isAny = false; ; isAny = true) {
      const batch = await nextCleanBatch(this.sealSource())
      if (batch === undefined) return isAny
      await this.alone(async () => {
        // A death brings back what was not synced, to be removed again.
        await this.#store.batch(batch.operations, { sync: false })
        this.state.sealing = { ...this.state.sealing, cleanedLsn: batch.cleanedLsn }
      })
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
    this.state = await loadState(this.#store, this.#damage)
    await this.proof.reload()
    this.#sealings += 1
    this.#isUncertain = false
  }
}

import { ChunkError } from '../../chunk/errors.ts'
import { inspectFrame } from '../../frame/decode.ts'
import { FrameError } from '../../frame/errors.ts'
import { checkProofLog, type LogCheck } from '../../proof/check-log.ts'
import { hashKey } from '../../proof/keys.ts'
import { leafHash } from '../../proof/merkle.ts'
import { RollupError } from '../../rollup/errors.ts'
import { entriesOf } from '../../store/entries.ts'
import type { ReadableStore } from '../../store/store.ts'
import { createDamageReport } from '../damage.ts'
import {
  AUDIT_FRAME_KEYS,
  CHUNK_KEYS,
  chunkPlaceOf,
  LOG_KEYS,
  logKey,
  lsnOf,
  PROOF_HEAD_KEY,
  PROOF_PREFIX,
  RECORD_FRAME_KEYS,
  REDUCTION_KEYS,
  ROLLUP_KEYS,
  rollupKey,
} from '../keys.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES } from '../limits.ts'
import { loadState } from '../load.ts'
import { decodeProofHead } from '../proof-head.ts'
import { isQuarantined, quarantinedIn } from '../quarantine.ts'
import { redactedLeaves } from '../removal/redacted.ts'
import type { JournalState } from '../state.ts'
import { checkChunk, checkFrame, checkReduction, TagCounts } from './contents.ts'
import { IndexCheck } from './indexes.ts'
import { LeafPlaces } from './leaf-places.ts'
import type { Problem } from './problem.ts'
import type { JournalVerification } from './verification.ts'

const PROBLEMS_MAX = 1000
const LOG_KEY_BYTES = logKey(0).length

const PAGE = { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES }

/**
 * Checks everything that a journal holds: each frame and each chunk against its checksum and its leaf of the Merkle log,
 * that log against itself, and what is there against what was counted when it came. Writes nothing.
 *
 * @param onProgress called now and then with how many frames and chunks are checked
 * @throws JournalError for a store that is no journal; StoreError
 */
export async function verifyJournal(
  store: ReadableStore,
  onProgress: (checked: number) => void = () => {},
): Promise<JournalVerification> {
  const state = await loadState(
    store,
    createDamageReport(() => {}),
  )
  return new Verifier(store, state, onProgress).run()
}

class Verifier {
  readonly #store: ReadableStore
  readonly #state: JournalState
  readonly #onProgress: (checked: number) => void
  readonly #problems: Problem[] = []
  readonly #counts = new TagCounts()
  readonly #indexes: IndexCheck
  #problemCount = 0
  #frames = 0
  #chunks = 0
  #reductions = 0
  #unproven = 0
  #leaves = 0

  constructor(store: ReadableStore, state: JournalState, onProgress: (checked: number) => void) {
    this.#store = store
    this.#state = state
    this.#indexes = new IndexCheck(store, state)
    this.#onProgress = onProgress
  }

  async run(): Promise<JournalVerification> {
    const log = await checkProofLog(this.#store, PROOF_PREFIX)
    this.#leaves = log.size
    for (const what of log.problems) this.#note('proof', what)
    await this.#checkHead(log)
    await this.#checkFrames()
    await this.#checkListedFrames(RECORD_FRAME_KEYS)
    await this.#checkListedFrames(AUDIT_FRAME_KEYS)
    await this.#checkChunks()
    await this.#checkReductions()
    this.#checkProducers()
    for await (const { where, what } of this.#indexes.rest()) this.#note(where, what)
    let quarantined = 0
    for await (const _ of quarantinedIn(this.#store)) quarantined++
    for (const { where, what } of this.#counts.compare(this.#state)) this.#note(where, what)
    return {
      frames: this.#frames,
      chunks: this.#chunks,
      reductions: this.#reductions,
      samples: this.#counts.samples,
      leaves: log.size,
      rootHash: Buffer.from(log.root).toString('hex'),
      unproven: this.#unproven,
      quarantined,
      problems: this.#problems,
      problemCount: this.#problemCount,
    }
  }

  async #checkHead({ size, root }: LogCheck): Promise<void> {
    const value = await this.#store.get(PROOF_HEAD_KEY)
    if (value === undefined) {
      if (size > 0) this.#note('proof', `has ${size} leaves, and no head`)
      return
    }
    const head = decodeProofHead(value)
    if (head.size !== size || Buffer.compare(head.root, root) !== 0) {
      this.#note('proof', `is not the log of ${head.size} leaves that its head was made of`)
    }
  }

  /** Those up to the sealed position stay, so a gap in the log does not show that one is missing. */
  async #checkListedFrames(keys: typeof RECORD_FRAME_KEYS): Promise<void> {
    for await (const { key } of entriesOf(this.#store, keys, PAGE)) {
      const lsn = lsnOf(key)
      if (lsn > this.#state.sealing.sealedLsn) return
      if ((await this.#store.get(logKey(lsn))) === undefined) await this.#noteMissing(lsn)
    }
  }

  async #checkFrames(): Promise<void> {
    const { sealedLsn } = this.#state.sealing
    const places = await LeafPlaces.read(this.#store, this.#state.proofStartLsn ?? Number.POSITIVE_INFINITY)
    const redacted = await redactedLeaves(this.#store)
    let nextLsn = 1
    for await (const { key, value } of entriesOf(this.#store, LOG_KEYS, PAGE)) {
      const lsn = lsnOf(key)
      if (key.length !== LOG_KEY_BYTES || lsn > this.#state.totals.frames) {
        this.#note(`frame ${lsn}`, `stands where none can be, of ${this.#state.totals.frames}`)
        continue
      }
      // Up to there samples are in chunks, and their frames removed.
      for (let missing = Math.max(nextLsn, sealedLsn + 1); missing < lsn; missing++) {
        await this.#noteMissing(missing)
      }
      nextLsn = lsn + 1
      const leaf = redacted.get(lsn) ?? places.ofFrame(lsn)
      if (leaf === undefined) this.#unproven++
      else await this.#checkLeaf(`frame ${lsn}`, leaf, value)
      const isSealed = lsn <= sealedLsn
      if (this.#tryCheck(`frame ${lsn}`, () => checkFrame(value, isSealed, this.#counts))) {
        for await (const { where, what } of this.#indexes.frame(inspectFrame(value), lsn, value)) {
          this.#note(where, what)
        }
      } else this.#indexes.noteUnreadable()
      this.#frames++
      this.#step()
    }
    const { totals } = this.#state
    for (let missing = Math.max(nextLsn, sealedLsn + 1); missing <= totals.frames; missing++) {
      await this.#noteMissing(missing)
    }
  }

  async #checkChunks(): Promise<void> {
    for await (const entry of entriesOf(this.#store, CHUNK_KEYS, PAGE)) {
      const leaf = lsnOf(entry.key)
      await this.#checkLeaf(`chunk ${leaf}`, leaf, entry.value)
      const rollup = await this.#store.get(rollupKey(chunkPlaceOf(entry.key)))
      this.#tryCheck(`chunk ${leaf}`, () => {
        const what = checkChunk(entry, rollup, this.#state, this.#counts)
        if (what !== undefined) this.#note(`chunk ${leaf}`, what)
      })
      this.#chunks++
      this.#step()
    }
    let rollups = 0
    for await (const _ of entriesOf(this.#store, ROLLUP_KEYS, PAGE)) rollups++
    if (rollups !== this.#chunks) this.#note('rollups', `are ${rollups}, of ${this.#chunks} chunks`)
  }

  async #checkReductions(): Promise<void> {
    for await (const { key, value } of entriesOf(this.#store, REDUCTION_KEYS, PAGE)) {
      const leaf = lsnOf(key)
      const where = `rollup ${leaf}`
      await this.#checkLeaf(where, leaf, value)
      this.#tryCheck(where, () => {
        const what = checkReduction(key, value, this.#state)
        if (what !== undefined) this.#note(where, what)
      })
      this.#reductions++
    }
  }

  async #checkLeaf(where: string, leaf: number, bytes: Uint8Array): Promise<void> {
    if (leaf >= this.#leaves) {
      this.#note(where, `should be leaf ${leaf} of the proof log, which has ${this.#leaves}`)
      return
    }
    const stored = await this.#store.get(hashKey(PROOF_PREFIX, 0, leaf))
    if (stored === undefined || Buffer.compare(stored, leafHash(bytes)) !== 0) {
      this.#note(where, `is not what leaf ${leaf} of the proof log says it was`)
    }
  }

  /** Of what each producer has sent. */
  #checkProducers(): void {
    const { producers, totals } = this.#state
    for (const each of ['frame', 'sample', 'record'] as const) {
      const sum = [...producers.values()].reduce((total, producer) => total + producer[`${each}Count`], 0)
      if (sum === totals[`${each}s`]) continue
      this.#note('producers', `have sent ${sum} ${each}s, not ${totals[`${each}s`]}`)
    }
  }

  async #noteMissing(lsn: number): Promise<void> {
    if (!(await isQuarantined(this.#store, logKey(lsn)))) {
      this.#note(`frame ${lsn}`, 'is missing from the log')
    }
  }

  /** @returns false when it could not be read */
  #tryCheck(where: string, check: () => void): boolean {
    try {
      check()
      return true
    } catch (error) {
      const isKnown =
        error instanceof FrameError || error instanceof ChunkError || error instanceof RollupError
      if (!isKnown) throw error
      this.#note(where, error.message)
      return false
    }
  }

  #note(where: string, what: string): void {
    this.#problemCount++
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ where, what })
  }

  #step(): void {
    const checked = this.#frames + this.#chunks
    if (checked % 64 === 0) this.#onProgress(checked)
  }
}

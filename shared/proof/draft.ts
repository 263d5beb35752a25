import type { StoreOperation } from '../store/store.ts'
import type { Frontier } from './frontier.ts'
import { hashKey } from './keys.ts'
import { LEVEL_HEIGHT } from './limits.ts'
import { isHash } from './merkle.ts'

/** What a draft asks of its log: whether it still follows on its end, and to become its end. */
export interface DraftTarget {
  readonly isEnd: () => boolean
  readonly extend: (end: Frontier) => void
}

/**
 * Leaves on their way into a log. The caller writes `operations` in the batch of the data that the leaves are of, and
 * commits once that is durable. The log does not change before, so a draft that is thrown away leaves nothing.
 */
export class ProofDraft {
  readonly #prefix: number
  readonly #frontier: Frontier
  readonly #target: DraftTarget
  readonly #operations: StoreOperation[] = []
  #isSealed = false

  /** @param frontier the log's end; it is the draft's own from now on */
  constructor(prefix: number, frontier: Frontier, target: DraftTarget) {
    this.#prefix = prefix
    this.#frontier = frontier
    this.#target = target
  }

  /** Leaves of the log once this is committed. */
  get size(): number {
    return this.#frontier.size
  }

  /**
   * Takes the hash of any leaf (see `leafHash`); what the leaf is of, its owner must be able to say.
   * @returns the index of the leaf
   */
  append(leafHash: Uint8Array): number {
    if (this.#isSealed) throw new Error('a leaf was appended after the operations were taken')
    if (!isHash(leafHash)) throw new TypeError('a leaf hash must have 32 bytes')
    const index = this.#frontier.size
    // A copy: the giver may reuse its buffer, and a view may hold a large one in memory.
    const hash = new Uint8Array(leafHash)
    this.#put(0, index, hash)
    this.#frontier.append(hash, (height, part, partHash) => {
      if (height % LEVEL_HEIGHT === 0) this.#put(height / LEVEL_HEIGHT, part, partHash)
    })
    return index
  }

  /** The root of the log once this is committed. */
  root(): Uint8Array {
    return this.#frontier.root()
  }

  /**
   * All that must become durable in one batch: keys that are written once and never changed. Nothing can be
   * appended any more. @throws Error when another draft was committed since this one was begun
   */
  operations(): readonly StoreOperation[] {
    this.#checkEnd()
    this.#isSealed = true
    return this.#operations
  }

  /** Makes the draft the end of the log; called once its operations are durable. */
  commit(): void {
    this.#checkEnd()
    if (!this.#isSealed && this.#operations.length > 0) {
      throw new Error('a draft was committed whose operations were never taken')
    }
    this.#isSealed = true
    this.#target.extend(this.#frontier)
  }

  #checkEnd(): void {
    if (!this.#target.isEnd()) throw new Error('the log has changed since this draft was begun')
  }

  #put(level: number, index: number, value: Uint8Array): void {
    this.#operations.push({ type: 'put', key: hashKey(this.#prefix, level, index), value })
  }
}

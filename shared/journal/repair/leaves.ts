import { Frontier } from '../../proof/frontier.ts'
import { hashKey, indexOf, leafRange } from '../../proof/keys.ts'
import { HASH_BYTES, isHash } from '../../proof/merkle.ts'
import { openProofLog } from '../../proof/proof-log.ts'
import { entriesOf } from '../../store/entries.ts'
import type { KeyValueStore, ReadableStore } from '../../store/store.ts'
import { lsnBytes, PROOF_HEAD_KEY, PROOF_PREFIX } from '../keys.ts'
import { OPEN_PAGE_BYTES, OPEN_PAGE_ENTRIES } from '../limits.ts'
import { decodeProofHead, type ProofHead } from '../proof-head.ts'
import type { Findings } from './findings.ts'

const PAGE = { maxEntries: OPEN_PAGE_ENTRIES, maxBytes: OPEN_PAGE_BYTES }
/** A stored size that is further from what was counted is no size. */
const SIZE_ERROR_MAX = 4096
const LEAVES_AT_ONCE = 4096

/** The leaves of a damaged Merkle log, as far as they are there; whoever finds the data of one may restore it. */
export class Leaves {
  readonly head: ProofHead | undefined
  /** True when the leaves were all there and had the stored root before anything was restored. */
  readonly areProven: boolean
  readonly #hashes: (Uint8Array | undefined)[]
  #places: Map<string, number> | undefined
  restored = 0
  lost = 0

  private constructor(hashes: (Uint8Array | undefined)[], head: ProofHead | undefined) {
    this.#hashes = hashes
    this.head = head
    this.areProven = head !== undefined && this.#hasRoot(head)
  }

  static async read(store: ReadableStore): Promise<Leaves> {
    const value = await store.get(PROOF_HEAD_KEY)
    const head = value?.length === HASH_BYTES + 8 ? decodeProofHead(value) : undefined
    let count = 0
    for await (const _ of entriesOf(store, leafRange(PROOF_PREFIX), PAGE)) count += 1
    const isLikely = head !== undefined && Math.abs(head.size - count) <= SIZE_ERROR_MAX
    const hashes = new Array<Uint8Array | undefined>(isLikely ? head.size : count).fill(undefined)
    for await (const { key, value: hash } of entriesOf(store, leafRange(PROOF_PREFIX), PAGE)) {
      const index = key.length === hashKey(PROOF_PREFIX, 0, 0).length ? indexOf(key) : hashes.length
      if (index < hashes.length && isHash(hash)) hashes[index] = hash
    }
    return new Leaves(hashes, head)
  }

  get size(): number {
    return this.#hashes.length
  }

  is(index: number, hash: Uint8Array): boolean {
    const leaf = this.#hashes[index]
    return leaf !== undefined && Buffer.compare(leaf, hash) === 0
  }

  /** Where this hash stands, whatever its owner thinks. */
  find(hash: Uint8Array): number | undefined {
    this.#places ??= new Map(
      this.#hashes.flatMap((each, index) => (each === undefined ? [] : [[hex(each), index] as const])),
    )
    return this.#places.get(hex(hash))
  }

  restore(index: number, hash: Uint8Array): void {
    this.#hashes[index] = hash
    this.restored += 1
  }

  /** Writes the log anew, with zeros where a leaf is lost. @returns its root */
  async write(target: KeyValueStore, findings: Findings): Promise<Uint8Array> {
    const log = await openProofLog(target, { prefix: PROOF_PREFIX })
    for (let first = 0; first < this.size; first += LEAVES_AT_ONCE) {
      const draft = log.draft()
      for (const [offset, hash] of this.#hashes.slice(first, first + LEAVES_AT_ONCE).entries()) {
        draft.append(hash ?? (await this.#lose(first + offset, findings)))
      }
      await target.batch(draft.operations(), { sync: false })
      draft.commit()
    }
    const value = Buffer.concat([log.root(), lsnBytes(log.size)])
    await target.batch([{ type: 'put', key: PROOF_HEAD_KEY, value }], { sync: false })
    return log.root()
  }

  async #lose(index: number, findings: Findings): Promise<Uint8Array> {
    this.lost += 1
    await findings.quarantine(hashKey(PROOF_PREFIX, 0, index), {
      where: `leaf ${index}`,
      what: 'is lost, and what it was of is not there any more',
      bytes: new Uint8Array(),
    })
    return new Uint8Array(HASH_BYTES)
  }

  #hasRoot({ size, root }: ProofHead): boolean {
    if (size !== this.size) return false
    const frontier = new Frontier()
    for (const hash of this.#hashes) {
      if (hash === undefined) return false
      frontier.append(hash)
    }
    return Buffer.compare(frontier.root(), root) === 0
  }
}

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')

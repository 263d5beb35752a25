import type { KeyValueStore } from '../store/store.ts'
import { ProofDraft } from './draft.ts'
import { Frontier } from './frontier.ts'
import { hashKey, indexOf, leafRange } from './keys.ts'
import { isHash } from './merkle.ts'
import { damaged, PartReader } from './part-reader.ts'
import { consistencyParts, inclusionParts, type Part } from './parts.ts'
import { checkRange } from './range.ts'

/**
 * A Merkle log after RFC 9162 in a part of a store. One owner appends, with one draft at a time; reads may run at any
 * time and see what was committed when they began. Each read names the size it is about: hashes below it never change.
 */
export interface ProofLog {
  /** Leaves that are committed. */
  readonly size: number
  root(): Uint8Array
  draft(): ProofDraft
  /**
   * Reads the end of the log from the store again. Needed after a refused batch, which the store may hold all the
   * same: the write may have reached the disk and only its synchronisation failed. Drafts begun before are void.
   * @throws ProofError `GENBA_PROOF_DAMAGED`; StoreError
   */
  reload(): Promise<void>
  /** The root when the log had `size` leaves. @throws ProofError `GENBA_PROOF_RANGE`, `GENBA_PROOF_DAMAGED`; StoreError */
  rootAt(size: number): Promise<Uint8Array>
  /** The leaf hash. @throws as `rootAt` */
  leafAt(index: number): Promise<Uint8Array>
  /** That a leaf is in the tree of `size` leaves (RFC 9162, 2.1.3). @throws as `rootAt` */
  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]>
  /** That the tree only grew from one size to the other (RFC 9162, 2.1.4). @throws as `rootAt` */
  consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]>
}

/**
 * Opens the log whose keys begin with one byte, in a store that its owner shares with other data and closes. Nothing
 * is written; the end is found with at most eight pages.
 * @throws ProofError `GENBA_PROOF_DAMAGED`; StoreError
 */
export async function openProofLog(
  store: KeyValueStore,
  options: { readonly prefix: number },
): Promise<ProofLog> {
  const { prefix } = options
  // A byte array would wrap it around, and the log would write over its neighbours.
  if (!(Number.isInteger(prefix) && prefix >= 0 && prefix <= 255))
    throw new RangeError(`${prefix} is no byte`)
  return new StoredProofLog(store, prefix, await readEnd(store, prefix))
}

class StoredProofLog implements ProofLog {
  readonly #store: KeyValueStore
  readonly #prefix: number
  /** Never changed, only replaced: a draft knows by it whether it still follows on the end. */
  #end: Frontier

  constructor(store: KeyValueStore, prefix: number, end: Frontier) {
    this.#store = store
    this.#prefix = prefix
    this.#end = end
  }

  get size(): number {
    return this.#end.size
  }

  root(): Uint8Array {
    return this.#end.root()
  }

  draft(): ProofDraft {
    const base = this.#end
    return new ProofDraft(this.#prefix, base.copy(), {
      isEnd: () => this.#end === base,
      extend: (end) => {
        this.#end = end
      },
    })
  }

  async reload(): Promise<void> {
    this.#end = await readEnd(this.#store, this.#prefix)
  }

  async rootAt(size: number): Promise<Uint8Array> {
    checkRange('size', size, 0, this.size)
    return this.#reader(size).hashOf({ start: 0, end: size })
  }

  async leafAt(index: number): Promise<Uint8Array> {
    checkRange('index', index, 0, this.size - 1)
    const hash = await this.#store.get(hashKey(this.#prefix, 0, index))
    if (!isHash(hash)) throw damaged(this.#prefix, 0, index)
    return hash
  }

  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    checkRange('size', size, 1, this.size)
    checkRange('index', index, 0, size - 1)
    return this.#hashes(size, inclusionParts(index, size))
  }

  async consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    checkRange('newSize', newSize, 0, this.size)
    checkRange('oldSize', oldSize, 0, newSize)
    return this.#hashes(newSize, consistencyParts(oldSize, newSize))
  }

  async #hashes(size: number, parts: readonly Part[]): Promise<readonly Uint8Array[]> {
    const reader = this.#reader(size)
    const hashes: Uint8Array[] = []
    for (const part of parts) hashes.push(await reader.hashOf(part))
    return hashes
  }

  #reader(size: number): PartReader {
    return new PartReader(this.#store, this.#prefix, size)
  }
}

async function readEnd(store: KeyValueStore, prefix: number): Promise<Frontier> {
  const [last] = await store.page({ ...leafRange(prefix), reverse: true }, { maxEntries: 1, maxBytes: 1 })
  const size = last === undefined ? 0 : indexOf(last.key) + 1
  const hashes = await new PartReader(store, prefix, size).completeHashes({ start: 0, end: size })
  return new Frontier(size, hashes)
}

import type { KeyValueStore } from '../store/store.ts'
import { ProofError } from './errors.ts'
import { Frontier } from './frontier.ts'
import { HASH_KEY_BYTES, hashKey, hashRange, indexOf } from './keys.ts'
import { LEVEL_HEIGHT, TILE_HASHES } from './limits.ts'
import { HASH_BYTES, isHash, joinHashes } from './merkle.ts'
import { type CompletePart, completeParts, type Part } from './parts.ts'

/**
 * Hashes of parts of one tree, from the stored ones. A **tile** is what stands under one hash of the next level; each
 * is read once, in one page, so a proof reads at most two tiles a level: those of its path and of the right edge.
 */
export class PartReader {
  readonly #store: KeyValueStore
  readonly #prefix: number
  readonly #size: number
  readonly #tiles = new Map<string, readonly Uint8Array[]>()

  /** @param size what the log had when it was durable last, or less; all below it never changes */
  constructor(store: KeyValueStore, prefix: number, size: number) {
    this.#store = store
    this.#prefix = prefix
    this.#size = size
  }

  /** @throws ProofError `GENBA_PROOF_DAMAGED`; StoreError */
  async hashOf(part: Part): Promise<Uint8Array> {
    return joinHashes(await this.completeHashes(part))
  }

  /** The hashes of `completeParts`. @throws ProofError `GENBA_PROOF_DAMAGED`; StoreError */
  async completeHashes(part: Part): Promise<readonly Uint8Array[]> {
    const hashes: Uint8Array[] = []
    for (const complete of completeParts(part)) hashes.push(await this.#completeHash(complete))
    return hashes
  }

  async #completeHash({ height, index }: CompletePart): Promise<Uint8Array> {
    const level = Math.floor(height / LEVEL_HEIGHT)
    const count = 2 ** (height % LEVEL_HEIGHT)
    const first = index * count
    const tile = Math.floor(first / TILE_HASHES)
    const offset = first - tile * TILE_HASHES
    return joinEqual((await this.#tile(level, tile)).slice(offset, offset + count))
  }

  async #tile(level: number, tile: number): Promise<readonly Uint8Array[]> {
    const name = `${level}/${tile}`
    const known = this.#tiles.get(name)
    if (known) return known
    const start = tile * TILE_HASHES
    const end = Math.min(start + TILE_HASHES, Math.floor(this.#size / TILE_HASHES ** level))
    const hashes = await this.#read(level, start, end)
    this.#tiles.set(name, hashes)
    return hashes
  }

  async #read(level: number, start: number, end: number): Promise<readonly Uint8Array[]> {
    const maxEntries = end - start
    const maxBytes = maxEntries * (HASH_KEY_BYTES + HASH_BYTES)
    const entries = await this.#store.page(hashRange(this.#prefix, level, start, end), {
      maxEntries,
      maxBytes,
    })
    for (let i = 0; i < maxEntries; i++) {
      const entry = entries[i]
      const isThere = entry !== undefined && indexOf(entry.key) === start + i && isHash(entry.value)
      if (!isThere) throw damaged(this.#prefix, level, start + i)
    }
    return entries.map(({ value }) => value)
  }
}

/** Told of one hash, since that is what a backup must bring back. */
export function damaged(prefix: number, level: number, index: number): ProofError {
  const what = level === 0 ? `leaf ${index}` : `part ${index} of ${TILE_HASHES ** level} leaves`
  return new ProofError('GENBA_PROOF_DAMAGED', 'the proof log has lost a hash', {
    issues: [
      {
        where: `key ${Buffer.from(hashKey(prefix, level, index)).toString('hex')}`,
        expected: `the hash of ${what}, ${HASH_BYTES} bytes`,
        received: 'nothing, or bytes of another length',
        mend: 'restore the store from a backup; hashes of data that is still there can be computed again',
        effect: 'proofs over this part cannot be made',
      },
    ],
  })
}

/** The hash over a power of two of hashes of equal height: they grow together as leaves do. */
function joinEqual(hashes: readonly Uint8Array[]): Uint8Array {
  const frontier = new Frontier()
  for (const hash of hashes) frontier.append(hash)
  return frontier.root()
}

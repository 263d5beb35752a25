import { leafHash } from '../../../shared/proof/merkle.ts'
import { openProofLog, type ProofLog } from '../../../shared/proof/proof-log.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore, StoreEntry } from '../../../shared/store/store.ts'

export const PREFIX = 7

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** Leaves that all differ. */
export const numbered = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(`leaf ${i}`))

/** Appends leaves in drafts of so many, as an owner with nothing else to write would. */
export async function append(
  log: ProofLog,
  store: KeyValueStore,
  leaves: readonly Uint8Array[],
  draftSize = 200,
): Promise<void> {
  for (let at = 0; at < leaves.length; at += draftSize) {
    const draft = log.draft()
    for (const leaf of leaves.slice(at, at + draftSize)) draft.append(leafHash(leaf))
    await store.batch(draft.operations(), { sync: true })
    draft.commit()
  }
}

export async function logOf(leaves: readonly Uint8Array[], draftSize?: number) {
  const store = createMemoryStore()
  const log = await openProofLog(store, { prefix: PREFIX })
  await append(log, store, leaves, draftSize)
  return { log, store }
}

export async function entriesOf(store: KeyValueStore): Promise<readonly StoreEntry[]> {
  return store.page({}, { maxEntries: 1_000_000, maxBytes: 2 ** 30 })
}

/** The same bytes with one bit turned over. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes)
  const at = (bit >>> 3) % copy.length
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7))
  return copy
}

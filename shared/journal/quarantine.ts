import { entriesOf } from '../store/entries.ts'
import type { ReadableStore, StoreEntry } from '../store/store.ts'
import { lsnBytes, lsnOf, QUARANTINE_KEYS, quarantineKey } from './keys.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES } from './limits.ts'

/** Something that repair has found damaged or missing: no reader sees it any more, and nobody looks for it in vain. */
export interface Quarantined {
  /** Such as "frame 12" or "chunk 340". */
  readonly where: string
  /** What is wrong with it. */
  readonly what: string
  /** As they were found; empty for what was not there at all. */
  readonly bytes: Uint8Array
}

/** @param key under which it stood, or should have stood */
export function quarantineEntry(key: Uint8Array, { where, what, bytes }: Quarantined): StoreEntry {
  const text = Buffer.from(JSON.stringify({ where, what }))
  return { key: quarantineKey(key), value: Buffer.concat([lsnBytes(text.length), text, bytes]) }
}

export async function* quarantinedIn(store: ReadableStore): AsyncGenerator<Quarantined> {
  const limits = { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES }
  for await (const { value } of entriesOf(store, QUARANTINE_KEYS, limits)) {
    const end = 8 + lsnOf(value.subarray(0, 8))
    const { where, what } = JSON.parse(Buffer.from(value.subarray(8, end)).toString())
    yield { where, what, bytes: value.subarray(end) }
  }
}

export const isQuarantined = async (store: ReadableStore, key: Uint8Array): Promise<boolean> =>
  (await store.get(quarantineKey(key))) !== undefined

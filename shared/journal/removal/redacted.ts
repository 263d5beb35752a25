import { entriesOf } from '../../store/entries.ts'
import type { ReadableStore } from '../../store/store.ts'
import { lsnOf, REDACTED_KEYS } from '../keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES } from '../limits.ts'

/** The leaves of frames from which records were taken, by log position. */
export async function redactedLeaves(store: ReadableStore): Promise<ReadonlyMap<number, number>> {
  const leaves = new Map<number, number>()
  const limits = { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES }
  for await (const { key, value } of entriesOf(store, REDACTED_KEYS, limits)) {
    leaves.set(lsnOf(key), lsnOf(value))
  }
  return leaves
}

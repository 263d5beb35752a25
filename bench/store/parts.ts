import { entriesOf } from '../../shared/store/entries.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'
import type { BytesByPart } from './task.ts'

/** By the first byte of their keys; see the table in `shared/journal/README.md`. */
const PARTS: ReadonlyMap<number, keyof BytesByPart> = new Map([
  [1, 'frames'],
  [4, 'index'],
  [5, 'index'],
  [8, 'chunks'],
  [9, 'proofs'],
  [10, 'proofs'],
  [11, 'rollups'],
])

const PAGE = { maxEntries: 1024, maxBytes: 1 << 18 }

/** What the keys and values of a journal come to. */
export async function bytesByPart(store: KeyValueStore): Promise<BytesByPart> {
  const bytes = { chunks: 0, rollups: 0, proofs: 0, index: 0, frames: 0 }
  for await (const { key, value } of entriesOf(store, {}, PAGE)) {
    const part = PARTS.get(key[0] ?? 0)
    if (part !== undefined) bytes[part] += key.length + value.length
  }
  return bytes
}

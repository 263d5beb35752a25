import type { KeyRange } from '../store/store.ts'

export const HASH_KEY_BYTES = 10

/**
 * Where the hashes of a log stand in its store: the owner's prefix, the level, and the index in eight bytes, big
 * endian. Level 0 is the leaves, level n the complete parts of 2^(8n) of them.
 */
export function hashKey(prefix: number, level: number, index: number): Uint8Array {
  const key = new Uint8Array(HASH_KEY_BYTES)
  const view = new DataView(key.buffer)
  key[0] = prefix
  key[1] = level
  view.setUint32(2, Math.floor(index / 0x1_0000_0000))
  view.setUint32(6, index % 0x1_0000_0000)
  return key
}

export function indexOf(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.length)
  return view.getUint32(2) * 0x1_0000_0000 + view.getUint32(6)
}

/** The hashes of a level from one index until before another. */
export const hashRange = (prefix: number, level: number, start: number, end: number): KeyRange => ({
  gte: hashKey(prefix, level, start),
  lt: hashKey(prefix, level, end),
})

/** All leaves. */
export const leafRange = (prefix: number): KeyRange => ({
  gte: Uint8Array.of(prefix, 0),
  lt: Uint8Array.of(prefix, 1),
})

import { readTime, writeTime } from '../keys.ts'

/**
 * The value of an index entry: the latest time of the frame (or of its one tag), and in a producer's index the ids
 * of all tags in the frame, as u32, ascending.
 */
export function encodeIndexEntry(maxTimeUs: number, tagIds: readonly number[]): Uint8Array {
  const value = new Uint8Array(8 + 4 * tagIds.length)
  const view = new DataView(value.buffer)
  writeTime(view, 0, maxTimeUs)
  for (const [index, id] of tagIds.entries()) view.setUint32(8 + 4 * index, id)
  return value
}

export function maxTimeOf(value: Uint8Array): number {
  return readTime(viewOf(value), 0)
}

export function holdsTag(value: Uint8Array, id: number): boolean {
  const view = viewOf(value)
  let low = 0
  let high = (value.length - 8) >> 2
  while (low < high) {
    const middle = (low + high) >> 1
    const found = view.getUint32(8 + 4 * middle)
    if (found === id) return true
    if (found < id) low = middle + 1
    else high = middle
  }
  return false
}

const viewOf = (value: Uint8Array) => new DataView(value.buffer, value.byteOffset, value.byteLength)

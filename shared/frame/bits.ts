import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'

/**
 * Values are packed in blocks of 128: small enough that one outlier widens few neighbours, and a multiple of
 * eight, so that every block ends on a whole byte whatever its width.
 */
export const BLOCK = 128

/** Bits needed for a whole number from 0 to 2^53; 0 needs none. */
export function bitWidth(value: number): number {
  return value < 0x100000000 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 0x100000000)
}

export function packedBytes(count: number, width: number): number {
  return (count * width + 7) >>> 3
}

/** Writes the low `width` bits (1 to 32) of the first `count` (up to `BLOCK`) values, lowest bits first. */
export function packPlane(writer: ByteWriter, plane: Uint32Array, count: number, width: number): void {
  // Written byte by byte, not through a view of words: the view would cost more than the block.
  let at = writer.reserve(packedBytes(count, width))
  const target = writer.buffer
  let word = 0
  let used = 0
  for (let i = 0; i < count; i++) {
    const value = plane[i] as number
    word |= value << used
    used += width
    if (used < 32) continue
    target[at] = word
    target[at + 1] = word >>> 8
    target[at + 2] = word >>> 16
    target[at + 3] = word >>> 24
    at += 4
    used -= 32
    word = used === 0 ? 0 : value >>> (width - used)
  }
  for (; used > 0; used -= 8) {
    target[at++] = word
    word >>>= 8
  }
}

/** Reads what `packPlane` wrote into the first `count` places of `plane`. */
export function unpackPlane(reader: ByteReader, plane: Uint32Array, count: number, width: number): void {
  const byteCount = packedBytes(count, width)
  let at = reader.skip(byteCount)
  const source = reader.source
  const end = at + byteCount
  const mask = width === 32 ? -1 : (1 << width) - 1
  let word = 0
  let left = 0
  for (let i = 0; i < count; i++) {
    let value = word
    if (left < width) {
      let next: number
      if (at + 4 <= end) {
        next =
          (source[at] as number) |
          ((source[at + 1] as number) << 8) |
          ((source[at + 2] as number) << 16) |
          ((source[at + 3] as number) << 24)
      } else next = lastWord(source, at, end)
      at += 4
      value |= next << left
      const taken = width - left
      word = taken === 32 ? 0 : next >>> taken
      left = 32 - taken
    } else {
      word >>>= width
      left -= width
    }
    plane[i] = value & mask
  }
}

/** The bytes from `at` to `end` as a word, fewer than four of them. */
function lastWord(source: Uint8Array, at: number, end: number): number {
  let word = 0
  for (let i = at; i < end; i++) word |= (source[i] as number) << ((i - at) * 8)
  return word
}

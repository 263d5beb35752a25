import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'

/**
 * Values are packed in blocks of 128: small enough that one outlier widens few neighbours, and a multiple of
 * eight, so that every block ends on a whole byte whatever its width.
 */
export const BLOCK = 128

// One word more than a block of 32-bit values fills, since unpacking looks one word ahead.
const words = new Uint32Array(BLOCK + 1)
const wordBytes = new Uint8Array(words.buffer)

/** Bits needed for a whole number from 0 to 2^53; 0 needs none. */
export function bitWidth(value: number): number {
  return value < 0x100000000 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 0x100000000)
}

export function packedBytes(count: number, width: number): number {
  return (count * width + 7) >>> 3
}

/** Writes the low `width` bits (1 to 32) of the first `count` (up to `BLOCK`) values, lowest bits first. */
export function packPlane(writer: ByteWriter, plane: Uint32Array, count: number, width: number): void {
  let word = 0
  let used = 0
  let at = 0
  for (let i = 0; i < count; i++) {
    const value = plane[i] as number
    word |= value << used
    used += width
    if (used >= 32) {
      words[at++] = word
      used -= 32
      word = used === 0 ? 0 : value >>> (width - used)
    }
  }
  words[at] = word
  writer.bytes(wordBytes.subarray(0, packedBytes(count, width)))
}

/** Reads what `packPlane` wrote into the first `count` places of `plane`. */
export function unpackPlane(reader: ByteReader, plane: Uint32Array, count: number, width: number): void {
  const byteCount = packedBytes(count, width)
  const start = reader.skip(byteCount)
  wordBytes.set(reader.source.subarray(start, start + byteCount))
  const mask = width === 32 ? -1 : (1 << width) - 1
  let used = 0
  let at = 0
  for (let i = 0; i < count; i++) {
    let value = (words[at] as number) >>> used
    const end = used + width
    if (end > 32) value |= (words[at + 1] as number) << (32 - used)
    plane[i] = value & mask
    used = end & 31
    at += end >>> 5
  }
}

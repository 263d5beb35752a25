/**
 * Numbers in as few bytes as they need, seven bits a byte, lowest first, the top bit saying that more follow.
 * Values beyond 32 bits are split by division, since bit operations in JS see 32 bits only.
 */

/** Bytes of the longest varint: 53 bits. */
export const VARINT_BYTES_MAX = 8

/** Bytes that `writeVarint` uses for this value. */
export function varintLength(value: number): number {
  let length = 1
  let rest = value
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80)
    length += 1
  }
  return length
}

/**
 * Writes a whole number from 0 to 2^53 and returns the offset after it. The caller has made room for
 * `VARINT_BYTES_MAX` bytes.
 */
export function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let at = offset
  let rest = value
  while (rest > 0x7fffffff) {
    target[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  let low = rest | 0
  while (low >= 0x80) {
    target[at++] = (low & 0x7f) | 0x80
    low >>>= 7
  }
  target[at++] = low
  return at
}

import { decodeText } from './text.ts'

/** Largest value a varint may hold here: beyond it a JS number is not exact. */
const VARINT_MAX = 2 ** 53

/**
 * Reads what `ByteWriter` wrote, from bytes that may be truncated or hostile: every read is checked against
 * the end, and `fail` makes the error, so that each format raises its own.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #fail: (reason: string) => Error
  #at: number

  constructor(bytes: Uint8Array, fail: (reason: string) => Error, offset = 0) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#fail = fail
    this.#at = offset
  }

  /** The bytes behind: for loops that read many after `skip`. */
  get source(): Uint8Array {
    return this.#bytes
  }

  get offset(): number {
    return this.#at
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  /** The error of this format, for faults the caller finds. */
  error(reason: string): Error {
    return this.#fail(reason)
  }

  /** Steps over `byteCount` bytes and returns where they begin. */
  skip(byteCount: number): number {
    const start = this.#at
    if (byteCount > this.#bytes.length - start) {
      throw this.#fail(
        `ends at byte ${this.#bytes.length} where ${byteCount} more were announced at ${start}`,
      )
    }
    this.#at = start + byteCount
    return start
  }

  u8(): number {
    return this.#bytes[this.skip(1)] ?? 0
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.skip(8), true)
  }

  /** A whole number from 0 to `max`. */
  varint(max: number = VARINT_MAX): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (value > max) throw this.#fail(`has ${value} at byte ${this.#at}, where at most ${max} is allowed`)
      if (byte < 0x80) return value
      scale *= 0x80
      if (scale > VARINT_MAX) throw this.#fail(`has a number of too many bytes before byte ${this.#at}`)
    }
  }

  /** A whole number from -2^53 to 2^53. */
  signed(): number {
    const first = this.u8()
    const low = (first & 0x7f) >>> 1
    const magnitude = first < 0x80 ? low : low + this.varint(VARINT_MAX / 0x40) * 0x40
    if (magnitude > VARINT_MAX) throw this.#fail(`has a number over 2^53 before byte ${this.#at}`)
    return (first & 1) === 0 || magnitude === 0 ? magnitude : -magnitude
  }

  /** The next bytes themselves, not a copy. */
  bytes(byteCount: number): Uint8Array {
    const start = this.skip(byteCount)
    return this.#bytes.subarray(start, start + byteCount)
  }

  /** Bytes after their count. */
  block(maxBytes: number): Uint8Array {
    return this.bytes(this.varint(maxBytes))
  }

  /** UTF-8 after its count of bytes. */
  text(maxBytes: number): string {
    const text = decodeText(this.block(maxBytes))
    if (text === undefined) throw this.#fail(`has text before byte ${this.#at} that is not UTF-8`)
    return text
  }
}

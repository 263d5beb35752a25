import { VARINT_BYTES_MAX, writeVarint } from './varint.ts'

/** Collects bytes in a buffer that doubles when it is full. */
export class ByteWriter {
  #buffer: Uint8Array
  #view: DataView
  #length = 0

  constructor(capacityBytes = 1024) {
    this.#buffer = new Uint8Array(capacityBytes)
    this.#view = new DataView(this.#buffer.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** The buffer behind: for loops that write many bytes after `reserve`. Valid until the next call that grows it. */
  get buffer(): Uint8Array {
    return this.#buffer
  }

  /** Makes room for `byteCount` bytes, counts them as written (they are zero) and returns where they begin. */
  reserve(byteCount: number): number {
    const start = this.#length
    this.#grow(byteCount)
    this.#length = start + byteCount
    this.#buffer.fill(0, start, this.#length)
    return start
  }

  u8(value: number): void {
    this.#grow(1)
    this.#buffer[this.#length++] = value
  }

  u32(value: number): void {
    this.#grow(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  /** Keeps every double but the payload of a NaN, which passing it as a number may change. */
  f64(value: number): void {
    this.#grow(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    this.#grow(VARINT_BYTES_MAX)
    this.#length = writeVarint(this.#buffer, this.#length, value)
  }

  /** A whole number from -2^53 to 2^53: the sign stands in the lowest bit, so that no bit of a large one is lost. */
  signed(value: number): void {
    this.#grow(VARINT_BYTES_MAX + 1)
    const magnitude = Math.abs(value)
    const first = ((magnitude % 0x40) << 1) | (value < 0 ? 1 : 0)
    if (magnitude < 0x40) {
      this.#buffer[this.#length++] = first
      return
    }
    this.#buffer[this.#length++] = first | 0x80
    this.#length = writeVarint(this.#buffer, this.#length, Math.floor(magnitude / 0x40))
  }

  bytes(bytes: Uint8Array): void {
    this.#grow(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Bytes with their count before them. */
  block(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.bytes(bytes)
  }

  /** Forgets all that was written, and keeps the buffer. */
  clear(): void {
    this.#length = 0
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length)
  }

  #grow(byteCount: number): void {
    const needed = this.#length + byteCount
    if (needed <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
    this.#view = new DataView(larger.buffer)
  }
}

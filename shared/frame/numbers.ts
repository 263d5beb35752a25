import type { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { decodeDecimals, EXPONENT_MAX, encodeDecimals, findExponent } from './decimals.ts'
import { bytesOf } from './doubles.ts'
import { areFloats, decodeFloats, encodeFloats } from './floats.ts'
import { decodeXor, encodeXor } from './xor.ts'

/** First byte of a column's numbers; the exponent is added for decimals. */
const RAW = 0
const CONSTANT = 1
const XOR = 2
const FLOATS = 3
const FLOATS_PATCHED = 4
const DECIMALS = 16
const DECIMALS_PATCHED = 32

/** Decimals this small are taken without a look at the other encodings, which seldom get there. */
const GOOD_BYTES_PER_VALUE = 2

/** Below this, bits of decimals beat bits of doubles. */
const FAIR_BYTES_PER_VALUE = 5

const best = new ByteWriter(1 << 16)
const other = new ByteWriter(1 << 16)

/** Writes at least one number in the cheapest encoding; every bit of every double comes back. */
export function encodeNumbers(writer: ByteWriter, values: Float64Array): void {
  const count = values.length
  best.clear()
  writeDecimals(values)
  if (best.length > 9 && isConstant(values)) {
    writer.u8(CONSTANT)
    writer.bytes(bytesOf(values).subarray(0, 8))
    return
  }
  let bytes = best.length === 0 ? Number.POSITIVE_INFINITY : best.length
  if (bytes > count * GOOD_BYTES_PER_VALUE && areFloats(values)) {
    bytes = keepSmaller(bytes, () => writeFloats(values))
  }
  if (bytes > count * FAIR_BYTES_PER_VALUE) {
    bytes = keepSmaller(bytes, () => {
      other.u8(XOR)
      encodeXor(other, values)
    })
  }
  if (bytes <= count * 8) {
    writer.bytes(best.buffer.subarray(0, best.length))
    return
  }
  writer.u8(RAW)
  writer.bytes(bytesOf(values))
}

export function decodeNumbers(reader: ByteReader, count: number): Float64Array {
  const encoding = reader.u8()
  // Before the allocation: so many bytes must be there.
  const raw = encoding === RAW ? reader.bytes(count * 8) : undefined
  const values = new Float64Array(count)
  if (raw !== undefined) bytesOf(values).set(raw)
  else if (encoding === CONSTANT) fillConstant(reader.bytes(8), values)
  else if (encoding === XOR) decodeXor(reader, values)
  else if (encoding === FLOATS || encoding === FLOATS_PATCHED) {
    decodeFloats(reader, values, encoding === FLOATS_PATCHED)
  } else if (encoding >= DECIMALS && encoding <= DECIMALS_PATCHED + EXPONENT_MAX) {
    decodeDecimals(reader, values, encoding % DECIMALS, encoding >= DECIMALS_PATCHED)
  } else throw reader.error(`has numbers in the unknown encoding ${encoding}`)
  return values
}

/** Leaves `best` empty when the values are no decimals. */
function writeDecimals(values: Float64Array): void {
  const exponent = findExponent(values)
  if (exponent === undefined) return
  const at = best.reserve(1)
  const patchCount = encodeDecimals(best, values, exponent)
  if (patchCount === undefined) best.clear()
  else best.buffer[at] = (patchCount > 0 ? DECIMALS_PATCHED : DECIMALS) + exponent
}

function writeFloats(values: Float64Array): void {
  const at = other.reserve(1)
  const patchCount = encodeFloats(other, values)
  other.buffer[at] = patchCount > 0 ? FLOATS_PATCHED : FLOATS
}

/** Writes into `other` and keeps it as the best if it is smaller; returns the size of the best. */
function keepSmaller(bytes: number, write: () => void): number {
  other.clear()
  write()
  if (other.length >= bytes) return bytes
  best.clear()
  best.bytes(other.buffer.subarray(0, other.length))
  return best.length
}

function isConstant(values: Float64Array): boolean {
  const bytes = bytesOf(values)
  for (let i = 8; i < bytes.length; i++) if (bytes[i] !== bytes[i - 8]) return false
  return true
}

function fillConstant(value: Uint8Array, values: Float64Array): void {
  const bytes = bytesOf(values)
  bytes.set(value)
  // Copied as memory, doubling: `fill` would pass a NaN through a number.
  for (let filled = 8; filled < bytes.length; filled *= 2) {
    bytes.copyWithin(filled, 0, Math.min(filled, bytes.length - filled))
  }
}

import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'

const RAW = 0

export function encodeNumbers(writer: ByteWriter, values: Float64Array): void {
  writer.u8(RAW)
  writer.bytes(bytesOf(values))
}

export function decodeNumbers(reader: ByteReader, count: number): Float64Array {
  const encoding = reader.u8()
  if (encoding !== RAW) throw reader.error(`has numbers in the unknown encoding ${encoding}`)
  const bytes = reader.bytes(count * 8)
  const values = new Float64Array(count)
  bytesOf(values).set(bytes)
  return values
}

/** The memory of some doubles; every platform that Greengrass and Node.js share is little-endian. */
function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

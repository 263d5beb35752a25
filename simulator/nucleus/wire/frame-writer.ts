import { crc32 } from 'node:zlib'
import { CHECKSUM_BYTES, FRAME_OVERHEAD_BYTES, HeaderType, type HeaderValue, PRELUDE_BYTES } from './frame.ts'

/**
 * Writes frames that differ only in stream and payload: the headers are laid out once, because a delivery to each
 * subscriber of each message would otherwise build them again.
 */
export type FrameWriter = (streamId: number, payload: Uint8Array) => Buffer

export interface FrameShape {
  readonly messageType: number
  readonly flags: number
  /** Written after the three protocol headers, as nucleus lite does, or before them, as the Java nucleus does. */
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[]
  readonly protocolHeadersFirst: boolean
}

export function createFrameWriter(shape: FrameShape): FrameWriter {
  const own = shape.headers.map(([name, value]) => encodeHeader(name, value))
  const protocol = [
    encodeInt32Header(':message-type', shape.messageType),
    encodeInt32Header(':message-flags', shape.flags),
    encodeInt32Header(':stream-id', 0),
  ]
  const headers = Buffer.concat(shape.protocolHeadersFirst ? [...protocol, ...own] : [...own, ...protocol])
  const streamIdOffset = PRELUDE_BYTES + headers.indexOf(':stream-id') + ':stream-id'.length + 1
  return (streamId, payload) => {
    const totalBytes = FRAME_OVERHEAD_BYTES + headers.length + payload.byteLength
    const frame = Buffer.allocUnsafe(totalBytes)
    frame.writeUInt32BE(totalBytes, 0)
    frame.writeUInt32BE(headers.length, 4)
    frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
    headers.copy(frame, PRELUDE_BYTES)
    frame.writeInt32BE(streamId, streamIdOffset)
    frame.set(payload, PRELUDE_BYTES + headers.length)
    frame.writeUInt32BE(crc32(frame.subarray(0, totalBytes - CHECKSUM_BYTES)), totalBytes - CHECKSUM_BYTES)
    return frame
  }
}

function encodeInt32Header(name: string, value: number): Buffer {
  const bytes = Buffer.alloc(1 + name.length + 1 + 4)
  bytes.writeUInt8(name.length, 0)
  bytes.write(name, 1, 'latin1')
  bytes.writeUInt8(HeaderType.int32, 1 + name.length)
  bytes.writeInt32BE(value, 2 + name.length)
  return bytes
}

function encodeHeader(name: string, value: HeaderValue): Buffer {
  if (typeof value === 'number') return encodeInt32Header(name, value)
  const head = Buffer.from([name.length, ...Buffer.from(name, 'latin1'), headerTypeOf(value)])
  if (typeof value === 'boolean') return head
  if (typeof value === 'bigint') {
    const number = Buffer.alloc(8)
    number.writeBigInt64BE(value)
    return Buffer.concat([head, number])
  }
  const body = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  const length = Buffer.alloc(2)
  length.writeUInt16BE(body.length)
  return Buffer.concat([head, length, body])
}

function headerTypeOf(value: string | boolean | bigint | Buffer): number {
  if (typeof value === 'boolean') return value ? HeaderType.true : HeaderType.false
  if (typeof value === 'bigint') return HeaderType.int64
  return typeof value === 'string' ? HeaderType.string : HeaderType.bytes
}

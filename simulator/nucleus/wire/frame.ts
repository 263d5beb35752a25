import { crc32 } from 'node:zlib'

/**
 * The event-stream frame (awslabs/aws-c-event-stream): u32 total length, u32 headers length, u32 CRC-32 of those
 * eight bytes, headers, payload, u32 CRC-32 of everything before it. Big-endian.
 */
export const PRELUDE_BYTES = 12
export const CHECKSUM_BYTES = 4
export const FRAME_OVERHEAD_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES
/** The library's own cap on the headers of one frame. */
export const HEADERS_BYTES_MAX = 128 * 1024

export const MessageType = {
  application: 0,
  applicationError: 1,
  ping: 2,
  pingResponse: 3,
  connect: 4,
  connectAck: 5,
  protocolError: 6,
  internalError: 7,
} as const

export const MessageFlag = { connectionAccepted: 1, terminateStream: 2 } as const

/** Header value types by their number on the wire. */
export const HeaderType = {
  true: 0,
  false: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  bytes: 6,
  string: 7,
  timestamp: 8,
  uuid: 9,
} as const

export type HeaderValue = string | number | boolean | bigint | Buffer

export interface EventFrame {
  readonly messageType: number
  readonly flags: number
  readonly streamId: number
  /** All other headers, in order of arrival. */
  readonly headers: ReadonlyMap<string, HeaderValue>
  /** A view into the received bytes: copy what must outlive the call. */
  readonly payload: Buffer
}

/** A frame that breaks the protocol: the connection cannot be used any further. */
export class FrameFault extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FrameFault'
  }
}

/** @throws FrameFault when `bytes` is not exactly one sound frame with the three protocol headers */
export function decodeFrame(bytes: Buffer): EventFrame {
  if (bytes.length < FRAME_OVERHEAD_BYTES) throw new FrameFault('the frame is cut off')
  const headersEnd = PRELUDE_BYTES + bytes.readUInt32BE(4)
  const payloadEnd = bytes.length - CHECKSUM_BYTES
  if (headersEnd > payloadEnd) throw new FrameFault('headers are longer than the frame')
  if (crc32(bytes.subarray(0, payloadEnd)) !== bytes.readUInt32BE(payloadEnd)) {
    throw new FrameFault('message checksum does not match')
  }
  const headers = decodeHeaders(bytes.subarray(PRELUDE_BYTES, headersEnd))
  const messageType = takeInt32(headers, ':message-type')
  const flags = takeInt32(headers, ':message-flags')
  const streamId = takeInt32(headers, ':stream-id')
  return { messageType, flags, streamId, headers, payload: bytes.subarray(headersEnd, payloadEnd) }
}

function takeInt32(headers: Map<string, HeaderValue>, name: string): number {
  const value = headers.get(name)
  if (typeof value !== 'number') throw new FrameFault(`header ${name} is missing or no int32`)
  headers.delete(name)
  return value
}

function decodeHeaders(bytes: Buffer): Map<string, HeaderValue> {
  const headers = new Map<string, HeaderValue>()
  let offset = 0
  while (offset < bytes.length) {
    const nameEnd = offset + 1 + (bytes[offset] ?? 0)
    if (nameEnd === offset + 1 || nameEnd >= bytes.length) throw new FrameFault('header name is cut off')
    const name = bytes.toString('latin1', offset + 1, nameEnd)
    const value = decodeHeaderValue(bytes, nameEnd)
    headers.set(name, value.value)
    offset = value.end
  }
  return headers
}

const FIXED_VALUE_BYTES: Readonly<Record<number, number>> = {
  [HeaderType.true]: 0,
  [HeaderType.false]: 0,
  [HeaderType.int8]: 1,
  [HeaderType.int16]: 2,
  [HeaderType.int32]: 4,
  [HeaderType.int64]: 8,
  [HeaderType.timestamp]: 8,
  [HeaderType.uuid]: 16,
}

function decodeHeaderValue(bytes: Buffer, typeOffset: number): { value: HeaderValue; end: number } {
  const type = bytes[typeOffset] ?? -1
  let start = typeOffset + 1
  let length = FIXED_VALUE_BYTES[type]
  if (type === HeaderType.string || type === HeaderType.bytes) {
    if (start + 2 > bytes.length) throw new FrameFault('header value is cut off')
    length = bytes.readUInt16BE(start)
    start += 2
  }
  if (length === undefined) throw new FrameFault(`header type ${type} is unknown`)
  const end = start + length
  if (end > bytes.length) throw new FrameFault('header value is cut off')
  return { value: readHeaderValue(bytes, type, start, end), end }
}

function readHeaderValue(bytes: Buffer, type: number, start: number, end: number): HeaderValue {
  switch (type) {
    case HeaderType.true:
    case HeaderType.false:
      return type === HeaderType.true
    case HeaderType.int8:
      return bytes.readInt8(start)
    case HeaderType.int16:
      return bytes.readInt16BE(start)
    case HeaderType.int32:
      return bytes.readInt32BE(start)
    case HeaderType.int64:
    case HeaderType.timestamp:
      return bytes.readBigInt64BE(start)
    case HeaderType.string:
      return bytes.toString('utf8', start, end)
    default:
      return bytes.subarray(start, end)
  }
}

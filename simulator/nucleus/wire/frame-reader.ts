import { crc32 } from 'node:zlib'
import {
  decodeFrame,
  type EventFrame,
  FRAME_OVERHEAD_BYTES,
  FrameFault,
  HEADERS_BYTES_MAX,
  PRELUDE_BYTES,
} from './frame.ts'

/** Cuts a byte stream into frames. */
export interface FrameReader {
  /**
   * The frames that are complete with this chunk.
   * @throws FrameFault on a frame that is unsound or longer than the limit, once its first twelve bytes are here
   */
  push(chunk: Buffer): Generator<EventFrame, void>
}

export function createFrameReader(frameBytesMax: number): FrameReader {
  let pending: Buffer[] = []
  let pendingBytes = 0

  /** Joins what has come only when a frame may be complete, so that a long frame in many chunks is copied once. */
  const take = (chunk: Buffer): Buffer => {
    if (pendingBytes === 0) return chunk
    pending.push(chunk)
    const joined = Buffer.concat(pending, pendingBytes + chunk.length)
    pending = []
    pendingBytes = 0
    return joined
  }
  const keep = (rest: Buffer): void => {
    if (rest.length === 0) return
    pending.push(rest)
    pendingBytes += rest.length
  }
  let wantedBytes = PRELUDE_BYTES

  return {
    *push(chunk) {
      if (pendingBytes + chunk.length < wantedBytes) return keep(chunk)
      let bytes = take(chunk)
      wantedBytes = PRELUDE_BYTES
      while (bytes.length >= PRELUDE_BYTES) {
        const frameBytes = readLength(bytes, frameBytesMax)
        if (bytes.length < frameBytes) {
          wantedBytes = frameBytes
          break
        }
        const frame = decodeFrame(bytes.subarray(0, frameBytes))
        bytes = bytes.subarray(frameBytes)
        yield frame
      }
      keep(bytes)
    },
  }
}

function readLength(bytes: Buffer, frameBytesMax: number): number {
  const frameBytes = bytes.readUInt32BE(0)
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) {
    throw new FrameFault('prelude checksum does not match')
  }
  if (frameBytes > frameBytesMax) {
    throw new FrameFault(`a frame of ${frameBytes} bytes is over the limit of ${frameBytesMax}`)
  }
  if (frameBytes < FRAME_OVERHEAD_BYTES || bytes.readUInt32BE(4) > HEADERS_BYTES_MAX) {
    throw new FrameFault('lengths do not make a frame')
  }
  return frameBytes
}

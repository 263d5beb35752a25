import { GenbaError } from '../errors/genba-error.ts'
import { ReplyHead } from './historian-request.ts'

/**
 * A reply of the historian on the bus: u16 length of the head, the head as JSON in UTF-8, then for each frame its
 * u16 length and its bytes; lengths little endian.
 *
 * 7,000 bytes become 9,334 characters of base64 in the IPC message, which must stay under the 10,000 bytes at which
 * nucleus lite closes the connection.
 */
export const REPLY_BYTES_MAX = 7000

export interface Reply {
  readonly head: ReplyHead
  readonly frames: readonly Uint8Array[]
}

/** @throws GenbaError `GENBA_REPLY_TOO_LARGE`; whoever fills a reply measures first, so this is a fault of the code */
export function encodeReply(head: ReplyHead, frames: readonly Uint8Array[]): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head))
  const sizeBytes = frames.reduce((size, frame) => size + 2 + frame.length, 2 + text.length)
  if (sizeBytes > REPLY_BYTES_MAX) {
    throw new GenbaError('GENBA_REPLY_TOO_LARGE', 'a reply does not fit into one message', {
      issues: [{ expected: `at most ${REPLY_BYTES_MAX} bytes`, received: `${sizeBytes} bytes` }],
    })
  }
  const bytes = new Uint8Array(sizeBytes)
  let offset = 0
  for (const part of [text, ...frames]) {
    bytes[offset] = part.length & 0xff
    bytes[offset + 1] = part.length >> 8
    bytes.set(part, offset + 2)
    offset += 2 + part.length
  }
  return bytes
}

/** Undefined when the bytes are no reply. The frames share the memory of `bytes`. */
export function decodeReply(bytes: Uint8Array): Reply | undefined {
  const parts: Uint8Array[] = []
  let offset = 0
  while (offset < bytes.length) {
    const length = (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8)
    if (offset + 2 + length > bytes.length) return undefined
    parts.push(bytes.subarray(offset + 2, offset + 2 + length))
    offset += 2 + length
  }
  const [text, ...frames] = parts
  const head = text && parseHead(text)
  return head && { head, frames }
}

function parseHead(text: Uint8Array): ReplyHead | undefined {
  try {
    return ReplyHead.safeParse(JSON.parse(new TextDecoder().decode(text))).data
  } catch {
    // Not JSON: the same answer as JSON of another shape.
    return undefined
  }
}

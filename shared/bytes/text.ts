const encoder = new TextEncoder()
// A byte order mark is part of the text here: every text comes back as it was.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Texts up to this length are read in a loop when they are ASCII: a call to the decoder costs more than they do. */
const LOOP_LENGTH_MAX = 24

/** UTF-8. A lone surrogate has none and becomes U+FFFD; callers that must not lose it ask `isWellFormed` first. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of some UTF-8 bytes, or undefined where they are none. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.length <= LOOP_LENGTH_MAX) {
    const ascii = decodeAscii(bytes)
    if (ascii !== undefined) return ascii
  }
  try {
    return decoder.decode(bytes)
  } catch (error) {
    // The only error a fatal decoder has for a whole input: bytes that are no UTF-8.
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** False when the text holds half of a surrogate pair, which no UTF-8 can say. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0xd800 || unit > 0xdfff) continue
    const next = text.charCodeAt(i + 1)
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false
    i += 1
  }
  return true
}

/** The beginning of a text, at most so many UTF-16 units; cut between characters. */
export const cutText = (text: string, lengthMax: number): string =>
  text.length <= lengthMax ? text : text.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/, '')

function decodeAscii(bytes: Uint8Array): string | undefined {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte > 0x7f) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

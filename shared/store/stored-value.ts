/** Where a value lies that is kept in a file beside LevelDB. */
export interface ValuePlace {
  /** The file; see `value-files.ts`. */
  readonly file: number
  readonly offset: number
  readonly length: number
}

/** First byte of what LevelDB holds for a key. */
const INLINE = 0
const PLACE = 1

const PLACE_BYTES = 13

export function encodeInline(value: Uint8Array): Uint8Array {
  const stored = new Uint8Array(1 + value.length)
  stored[0] = INLINE
  stored.set(value, 1)
  return stored
}

export function encodePlace({ file, offset, length }: ValuePlace): Uint8Array {
  const stored = new Uint8Array(PLACE_BYTES)
  const view = new DataView(stored.buffer)
  stored[0] = PLACE
  view.setUint32(1, file)
  view.setUint32(5, offset)
  view.setUint32(9, length)
  return stored
}

/** The value itself, sharing memory, or where it is. */
export function decodeStored(stored: Uint8Array): Uint8Array | ValuePlace {
  if (stored[0] !== PLACE || stored.length !== PLACE_BYTES) return stored.subarray(1)
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
  return { file: view.getUint32(1), offset: view.getUint32(5), length: view.getUint32(9) }
}

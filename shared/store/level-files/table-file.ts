import { isMaskedCrcOf } from './masked-crc.ts'

/** Two handles, padding, and the magic number. */
const FOOTER_BYTES = 48
const MAGIC = 0xdb4775248b80fb57n
/** Compression u8, checksum u32. */
const TRAILER_BYTES = 5

interface BlockHandle {
  readonly offset: number
  readonly size: number
}

/**
 * What is damaged in a table of LevelDB (`doc/table_format.md`): every block has a checksum, which LevelDB itself does
 * not look at when it reads.
 */
export function problemsOfTableFile(bytes: Uint8Array): readonly string[] {
  if (bytes.length < FOOTER_BYTES) return [`is only ${bytes.length} bytes long`]
  const footer = bytes.subarray(bytes.length - FOOTER_BYTES)
  const magic = new DataView(footer.buffer, footer.byteOffset + 40, 8).getBigUint64(0, true)
  if (magic !== MAGIC) return ['does not end as a table does']
  const problems: string[] = []
  try {
    const reader = new HandleReader(footer)
    const [metaIndex, index] = [reader.handle(), reader.handle()]
    for (const list of [index, metaIndex]) {
      checkBlock(bytes, list, problems)
      for (const block of handlesIn(bytes.subarray(list.offset, list.offset + list.size))) {
        checkBlock(bytes, block, problems)
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    problems.push('has a damaged list of its blocks')
  }
  return problems
}

function checkBlock(bytes: Uint8Array, { offset, size }: BlockHandle, problems: string[]): void {
  const end = offset + size + TRAILER_BYTES
  if (end > bytes.length - FOOTER_BYTES) throw new RangeError('a block outside of its file')
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end - 4, 4).getUint32(0, true)
  if (isMaskedCrcOf(stored, bytes.subarray(offset, end - 4))) return
  problems.push(`has a damaged block at byte ${offset.toLocaleString('en')}`)
}

/** The values of an index block: entries of lengths, the rest of a key, and a value; then restart points and their number. */
function handlesIn(block: Uint8Array): BlockHandle[] {
  if (block.length < 4) throw new RangeError('no block')
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4, 4).getUint32(0, true)
  const end = block.length - 4 - 4 * restarts
  if (end < 0) throw new RangeError('no block')
  const reader = new HandleReader(block.subarray(0, end))
  const handles: BlockHandle[] = []
  while (!reader.isAtEnd) {
    reader.varint()
    const keyBytes = reader.varint()
    reader.varint()
    reader.skip(keyBytes)
    handles.push(reader.handle())
  }
  return handles
}

class HandleReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  skip(count: number): void {
    this.#at += count
  }

  handle(): BlockHandle {
    return { offset: this.varint(), size: this.varint() }
  }

  /** @throws RangeError behind the end, and for a number that no file is long enough for */
  varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) break
      this.#at += 1
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw new RangeError('no number')
  }
}

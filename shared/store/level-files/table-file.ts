import { ByteReader } from '../../bytes/reader.ts'
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
    const reader = new ByteReader(footer, outside)
    const [metaIndex, index] = [readHandle(reader), readHandle(reader)]
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

const outside = (reason: string): RangeError => new RangeError(reason)

const readHandle = (reader: ByteReader): BlockHandle => ({ offset: reader.varint(), size: reader.varint() })

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
  const reader = new ByteReader(block.subarray(0, end), outside)
  const handles: BlockHandle[] = []
  while (reader.remaining > 0) {
    reader.varint()
    const keyBytes = reader.varint()
    reader.varint()
    reader.skip(keyBytes)
    handles.push(readHandle(reader))
  }
  return handles
}

import { crc32c } from '../../bytes/crc32c.ts'
import { isMaskedCrcOf, maskedCrc } from './masked-crc.ts'

/** Records never lie across such blocks; what is left of one that no header fits into is nothing. */
const BLOCK_BYTES = 32_768
/** Checksum u32, length u16, type u8; little endian. */
const HEADER_BYTES = 7

/**
 * What is damaged in a log of LevelDB (`doc/log_format.md`), such as "has a damaged record at byte 1,024". A record that
 * the end of the file cuts off is none: so a write looks whose process has died, and nobody was told of it.
 */
export function problemsOfLogFile(bytes: Uint8Array): readonly string[] {
  const problems: string[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let block = 0; block < bytes.length; block += BLOCK_BYTES) {
    const end = Math.min(block + BLOCK_BYTES, bytes.length)
    for (let at = block; end - at >= HEADER_BYTES; ) {
      const length = view.getUint16(at + 4, true)
      const record = bytes.subarray(at + 6, Math.min(at + HEADER_BYTES + length, end))
      const stored = view.getUint32(at, true)
      // Space that was reserved and never written.
      if (stored === 0 && length === 0 && record[0] === 0) break
      const isWhole = at + HEADER_BYTES + length <= end
      const isCutOff = !isWhole && end === bytes.length && !isLengthWrong(stored, record)
      if (isCutOff) return problems
      if (!isWhole || !isMaskedCrcOf(stored, record)) {
        problems.push(`has a damaged record at byte ${at.toLocaleString('en')}`)
        // Where the next one begins is not known any more; LevelDB goes on with the next block, too.
        break
      }
      at += HEADER_BYTES + length
    }
  }
  return problems
}

/** The records of a log that is not damaged; long ones come in parts, of the types first, middle and last. */
export function* recordsOfLogFile(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let parts: Uint8Array[] = []
  for (let block = 0; block < bytes.length; block += BLOCK_BYTES) {
    const end = Math.min(block + BLOCK_BYTES, bytes.length)
    for (let at = block; end - at >= HEADER_BYTES; ) {
      const next = at + HEADER_BYTES + view.getUint16(at + 4, true)
      const type = bytes[at + 6] ?? 0
      // Cut off, or never written.
      if (next > end || type === 0) return
      if (type === FULL || type === FIRST) parts = []
      parts.push(bytes.subarray(at + HEADER_BYTES, next))
      if (type === FULL || type === LAST) yield Buffer.concat(parts)
      at = next
    }
  }
}

const FULL = 1
const FIRST = 2
const LAST = 4

/** Whether the checksum is that of a shorter record: then all of it is there, and its length is what was changed. */
function isLengthWrong(stored: number, record: Uint8Array): boolean {
  let crc = 0
  for (let length = 1; length <= record.length; length += 1) {
    crc = crc32c(record.subarray(length - 1, length), crc)
    if (maskedCrc(crc) === stored) return true
  }
  return false
}

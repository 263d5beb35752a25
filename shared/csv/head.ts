import { crc32c } from '../bytes/crc32c.ts'
import type { Files } from '../component/host.ts'
import { CsvError } from './errors.ts'
import { HEAD_BYTES, SNIFF_LINES } from './limits.ts'
import { type Encoding, withoutReturn } from './lines.ts'

/** The first bytes of a file: by them its layout is decided and the file is known again after a restart. */
export interface Head {
  readonly sizeBytes: number
  readonly crc: number
  readonly encoding: Encoding
  /** Where the first line begins: after a byte order mark. */
  readonly startOffset: number
  /** Whole lines, without those that are blank. */
  readonly lines: readonly { readonly number: number; readonly text: string }[]
}

/**
 * @param sizeBytes as much as at the first reading, so that a file that has grown is still the same
 * @throws GenbaError `GENBA_FILE_UNREADABLE`, CsvError
 */
export async function readHead(files: Files, path: string, sizeBytes = HEAD_BYTES): Promise<Head> {
  const bytes = await readFully(files, path, sizeBytes)
  const startOffset = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  checkEncoding(bytes, path)
  const whole = bytes.length < HEAD_BYTES ? bytes : bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  const body = whole.length === 0 ? bytes : whole
  const encoding = encodingOf(body)
  const text = Buffer.from(body.subarray(startOffset)).toString(encoding)
  const lines = text
    .split('\n', SNIFF_LINES)
    .map((line, index) => ({ number: index + 1, text: withoutReturn(line) }))
    .filter((line) => line.text.trim() !== '')
  if (lines.length === 0) {
    throw new CsvError('GENBA_CSV_EMPTY', 'the file has no lines', {
      where: path,
      expected: 'lines with a time and at least one value',
      received: `${bytes.length} bytes`,
      mend: 'check the path, or wait until the file is written: it is tried again',
    })
  }
  return { sizeBytes: bytes.length, crc: crc32c(bytes), encoding, startOffset, lines }
}

async function readFully(files: Files, path: string, sizeBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  while (length < sizeBytes) {
    const part = await files.read(path, length, sizeBytes - length)
    if (part.length === 0) break
    parts.push(part)
    length += part.length
  }
  return parts.length === 1 && parts[0] ? parts[0] : new Uint8Array(Buffer.concat(parts))
}

function checkEncoding(bytes: Uint8Array, path: string): void {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (!isUtf16 && !bytes.includes(0)) return
  throw new CsvError('GENBA_CSV_ENCODING', 'the file is not text that can be read', {
    where: path,
    expected: 'UTF-8, or an encoding of one byte a character',
    received: isUtf16 ? 'UTF-16' : 'zero bytes',
    mend: 'save the file as UTF-8',
  })
}

/** Bytes that are no UTF-8 are taken for Latin-1, in which older loggers write `°C`. */
function encodingOf(bytes: Uint8Array): Encoding {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf8'
  } catch (error) {
    // The only error a fatal decoder has for a whole input.
    if (error instanceof TypeError) return 'latin1'
    throw error
  }
}

import type { Files } from '../component/host.ts'
import { CHUNK_BYTES, LINE_BYTES_MAX } from './limits.ts'

export type Encoding = 'utf8' | 'latin1'

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its end; undefined when it is too long to be read. */
  readonly text: string | undefined
  /** First byte after the line. */
  readonly endOffset: number
}

export interface LinesOptions {
  readonly files: Files
  readonly path: string
  readonly encoding: Encoding
  /** Start of a line, and how many lines are before it. */
  readonly offset: number
  readonly lineNumber: number
}

const NEWLINE = 0x0a

/**
 * The lines of a file from a byte offset on, a chunk's worth at once; a last line without an end counts. Ends with the
 * file as it is when the end is reached. Memory is bounded however long a line is.
 *
 * @throws GenbaError `GENBA_FILE_UNREADABLE`
 */
export async function* readLines(options: LinesOptions): AsyncGenerator<readonly Line[]> {
  const { files, path, encoding } = options
  let { offset, lineNumber } = options
  let rest: Uint8Array = new Uint8Array()
  let isTooLong = false
  for (;;) {
    const chunk = await files.read(path, offset + rest.length, CHUNK_BYTES)
    if (chunk.length === 0) break
    const bytes = rest.length === 0 ? chunk : new Uint8Array(Buffer.concat([rest, chunk]))
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const lines: Line[] = []
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      lineNumber += 1
      const isReadable = !isTooLong && end - start <= LINE_BYTES_MAX
      const content = isReadable ? withoutReturn(text.toString(encoding, start, end)) : undefined
      isTooLong = false
      start = end + 1
      lines.push({ number: lineNumber, text: content, endOffset: offset + start })
    }
    offset += start
    rest = bytes.subarray(start)
    if (rest.length > LINE_BYTES_MAX) {
      // Only its end matters from here on.
      offset += rest.length
      rest = new Uint8Array()
      isTooLong = true
    }
    if (lines.length > 0) yield lines
  }
  if (rest.length === 0 && !isTooLong) return
  const content = isTooLong ? undefined : withoutReturn(Buffer.from(rest).toString(encoding))
  yield [{ number: lineNumber + 1, text: content, endOffset: offset + rest.length }]
}

/** Trimming would also take a tab, which may be the delimiter before an empty last field. */
export const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

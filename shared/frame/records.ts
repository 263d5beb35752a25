import type { ByteReader } from '../bytes/reader.ts'
import { encodeText, isWellFormed } from '../bytes/text.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { FrameError } from './errors.ts'
import { FRAME_RECORDS_MAX, TEXT_BYTES_MAX } from './limits.ts'

/**
 * Body of a records frame: the number of texts, then each with its length before it.
 *
 * @throws FrameError `GENBA_FRAME_LIMIT` for too many or too long records, `GENBA_FRAME_CONTENT` for text that
 *   no UTF-8 can say
 */
export function encodeRecords(records: readonly string[]): Uint8Array {
  if (records.length > FRAME_RECORDS_MAX) {
    throw limit(`at most ${FRAME_RECORDS_MAX} records`, String(records.length))
  }
  const writer = new ByteWriter()
  writer.varint(records.length)
  for (const [i, record] of records.entries()) {
    if (!isWellFormed(record)) {
      const received = JSON.stringify(record.slice(0, 80))
      const issue = { where: `record ${i}`, expected: 'well-formed Unicode', received }
      throw new FrameError('GENBA_FRAME_CONTENT', 'a record cannot be encoded', issue)
    }
    const bytes = encodeText(record)
    if (bytes.length > TEXT_BYTES_MAX)
      throw limit(`records of at most ${TEXT_BYTES_MAX} bytes`, `${bytes.length} bytes`)
    writer.block(bytes)
  }
  return writer.finish()
}

export function decodeRecords(reader: ByteReader): string[] {
  const count = reader.varint(FRAME_RECORDS_MAX)
  return Array.from({ length: count }, () => reader.text(TEXT_BYTES_MAX))
}

/** How many records the body holds, without reading them. */
export function countRecords(reader: ByteReader): number {
  return reader.varint(FRAME_RECORDS_MAX)
}

function limit(expected: string, received: string): FrameError {
  return new FrameError('GENBA_FRAME_LIMIT', 'the records do not fit into a frame', { expected, received })
}

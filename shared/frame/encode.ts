import { crc32c } from '../bytes/crc32c.ts'
import { encodeText } from '../bytes/text.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { checkColumn } from './column.ts'
import { FrameError } from './errors.ts'
import { BodyCode, FORMAT_VERSION, MAGIC } from './format.ts'
import type { Column, FrameContent, FrameHeader } from './frame.ts'
import { FRAME_BYTES_HARD_MAX, POSITION_BYTES_MAX, PRODUCER_BYTES_MAX, sealingBytesMax } from './limits.ts'
import { encodeRecords } from './records.ts'
import { assembleSamples, type EncodedColumn, encodeColumn } from './samples-encode.ts'
import { createVectorPool } from './vectors.ts'

/** Content in its final bytes, without the identity that the hand-off gives it. */
export interface EncodedContent {
  readonly body: 'samples' | 'records'
  readonly bytes: Uint8Array
  readonly completeBeforeUs: number
  readonly position: string
  readonly sampleCount: number
  readonly recordCount: number
}

// Used and emptied within one call.
const sealing = new ByteWriter(1 << 14)

/** How far the producer has come with a frame; see `FrameHeader`. */
export type FrameMark = Pick<FrameHeader, 'completeBeforeUs' | 'position'>

/**
 * Encodes samples or records. Columns without samples are left out. The sealed frame is at most
 * `sealingBytesMax(position bytes)` larger than `bytes`.
 *
 * @throws FrameError `GENBA_FRAME_CONTENT` or `GENBA_FRAME_LIMIT`; see `checkColumn` and `encodeRecords`
 */
export function encodeContent(content: FrameContent): EncodedContent {
  checkMark(content)
  const { completeBeforeUs, position } = content
  if (content.body === 'samples') {
    for (const column of content.columns) checkColumn(column)
    return samplesContent(encodeColumns(content.columns), content)
  }
  const bytes = checkSize(encodeRecords(content.records))
  const recordCount = content.records.length
  return { body: 'records', bytes, completeBeforeUs, position, sampleCount: 0, recordCount }
}

/** Encodes checked columns one by one; those with equal times share the encoding of their times. */
export function encodeColumns(columns: readonly Column[]): EncodedColumn[] {
  const vectors = createVectorPool()
  return columns
    .filter((column) => column.timesUs.length > 0)
    .map((column) => encodeColumn(column, vectors.encode(column.timesUs)))
}

/** @throws FrameError `GENBA_FRAME_LIMIT` */
export function samplesContent(columns: readonly EncodedColumn[], mark: FrameMark): EncodedContent {
  return {
    body: 'samples',
    bytes: checkSize(assembleSamples(columns)),
    completeBeforeUs: mark.completeBeforeUs,
    position: mark.position,
    sampleCount: columns.reduce((sum, column) => sum + column.times.count, 0),
    recordCount: 0,
  }
}

/**
 * The frame of some content: header, body, and a CRC-32C over all bytes but its own four.
 *
 * @throws FrameError `GENBA_FRAME_LIMIT` for a producer's name over `PRODUCER_BYTES_MAX`
 */
export function sealFrame(
  content: EncodedContent,
  identity: { readonly producer: string; readonly epoch: number; readonly sequence: number },
): Uint8Array {
  const producer = encodeText(identity.producer)
  if (producer.length > PRODUCER_BYTES_MAX) {
    throw new FrameError('GENBA_FRAME_LIMIT', `the producer's name is over ${PRODUCER_BYTES_MAX} bytes`)
  }
  sealing.clear()
  const writer = sealing
  writer.u8(MAGIC & 0xff)
  writer.u8(MAGIC >>> 8)
  writer.u8(FORMAT_VERSION)
  writer.u8(BodyCode[content.body])
  writer.u32(0)
  writer.block(producer)
  writer.varint(identity.epoch)
  writer.varint(identity.sequence)
  writer.f64(content.completeBeforeUs)
  writer.block(encodeText(content.position))
  writer.bytes(content.bytes)
  const frame = writer.finish()
  new DataView(frame.buffer).setUint32(4, frameCrc(frame), true)
  return frame
}

/** CRC-32C of a whole frame without bytes 4 to 7, where it stands itself. */
export function frameCrc(frame: Uint8Array): number {
  return crc32c(frame.subarray(8), crc32c(frame.subarray(0, 4)))
}

/** @throws FrameError `GENBA_FRAME_CONTENT` for a watermark that is no number, `GENBA_FRAME_LIMIT` for a long position */
export function checkMark({ completeBeforeUs, position }: FrameMark): void {
  if (Number.isNaN(completeBeforeUs)) {
    throw new FrameError('GENBA_FRAME_CONTENT', 'the watermark is not a number', {
      where: 'completeBeforeUs',
    })
  }
  const positionBytes = position.length * 3 <= POSITION_BYTES_MAX ? 0 : encodeText(position).length
  if (positionBytes <= POSITION_BYTES_MAX) return
  throw new FrameError('GENBA_FRAME_LIMIT', 'the position is longer than a frame takes', {
    where: 'position',
    expected: `at most ${POSITION_BYTES_MAX} bytes`,
    received: `${positionBytes} bytes`,
  })
}

function checkSize(bytes: Uint8Array): Uint8Array {
  if (bytes.length + sealingBytesMax(POSITION_BYTES_MAX) <= FRAME_BYTES_HARD_MAX) return bytes
  throw new FrameError(
    'GENBA_FRAME_LIMIT',
    `the content encodes to ${bytes.length} bytes, too many for a frame`,
  )
}

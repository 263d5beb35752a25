import { ByteReader } from '../bytes/reader.ts'
import { frameCrc } from './encode.ts'
import { corrupt, FrameError } from './errors.ts'
import { BodyCode, FORMAT_VERSION, MAGIC } from './format.ts'
import type { ColumnSummary, Frame, FrameHeader } from './frame.ts'
import { FRAME_BYTES_HARD_MAX, POSITION_BYTES_MAX, PREFIX_BYTES, PRODUCER_BYTES_MAX } from './limits.ts'
import { countRecords, decodeRecords } from './records.ts'
import { decodeSamples, summariseSamples } from './samples-decode.ts'

/** What a store or a router needs of a frame: its header, and its columns without their values. */
export interface FrameInspection extends FrameHeader {
  readonly body: 'samples' | 'records'
  /** Empty for records. */
  readonly columns: readonly ColumnSummary[]
  readonly recordCount: number
  readonly sampleCount: number
}

/**
 * Decodes a frame from bytes that need not be one.
 *
 * @throws FrameError `GENBA_FRAME_VERSION` for a later format, `GENBA_FRAME_CORRUPT` for everything that
 *   `sealFrame` did not write; memory is bounded by the limits of `limits.ts`, whatever the bytes claim
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const { body, reader } = open(bytes)
  const header = readHeader(reader)
  const frame: Frame =
    body === 'samples'
      ? { body, header, columns: decodeSamples(reader) }
      : { body, header, records: decodeRecords(reader) }
  if (reader.remaining > 0) throw corrupt(`has ${reader.remaining} bytes after its end`)
  return frame
}

/**
 * Checks the CRC and reads header and directory; values are not touched.
 *
 * @throws FrameError as `decodeFrame`
 */
export function inspectFrame(bytes: Uint8Array): FrameInspection {
  const { body, reader } = open(bytes)
  const header = readHeader(reader)
  if (body === 'records') {
    return { ...header, body, columns: [], recordCount: countRecords(reader), sampleCount: 0 }
  }
  return { ...header, body, recordCount: 0, ...summariseSamples(reader) }
}

function open(bytes: Uint8Array): { body: Frame['body']; reader: ByteReader } {
  if (bytes.length < PREFIX_BYTES) throw corrupt(`is only ${bytes.length} bytes long`)
  if (bytes.length > FRAME_BYTES_HARD_MAX) throw corrupt(`is ${bytes.length} bytes long`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0, true) !== MAGIC) throw corrupt('does not begin like one')
  const version = view.getUint8(2)
  if (version > FORMAT_VERSION) throw unknownVersion(version)
  if (version === 0) throw corrupt('has the format version 0')
  if (view.getUint32(4, true) !== frameCrc(bytes)) throw corrupt('fails its CRC-32C')
  const code = view.getUint8(3)
  if (code !== BodyCode.samples && code !== BodyCode.records) throw corrupt(`has the unknown body ${code}`)
  const body = code === BodyCode.samples ? 'samples' : 'records'
  return { body, reader: new ByteReader(bytes, corrupt, PREFIX_BYTES) }
}

function readHeader(reader: ByteReader): FrameHeader {
  const producer = reader.text(PRODUCER_BYTES_MAX)
  const epoch = reader.varint(Number.MAX_SAFE_INTEGER)
  const sequence = reader.varint(Number.MAX_SAFE_INTEGER)
  const completeBeforeUs = reader.f64()
  if (Number.isNaN(completeBeforeUs)) throw corrupt('has a watermark that is not a number')
  return { producer, epoch, sequence, completeBeforeUs, position: reader.text(POSITION_BYTES_MAX) }
}

function unknownVersion(version: number): FrameError {
  return new FrameError('GENBA_FRAME_VERSION', `the frame has format version ${version}`, {
    expected: `version ${FORMAT_VERSION} or earlier`,
    received: `version ${version}`,
    mend: 'update the component that reads it',
  })
}

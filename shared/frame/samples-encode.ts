import { encodeText } from '../bytes/text.ts'
import { varintLength } from '../bytes/varint.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { FrameError } from './errors.ts'
import { KINDS } from './format.ts'
import type { Column } from './frame.ts'
import { FRAME_COLUMNS_MAX, FRAME_SAMPLES_MAX } from './limits.ts'
import { encodeNumbers } from './numbers.ts'
import { encodeSmall } from './small.ts'
import { encodeTexts } from './texts.ts'
import { type EncodedTimes, encodeTimes, nextBaseUs, writeTimeSummary } from './times.ts'

/** A column encoded for itself: what a frame needs of it besides the place of its times. */
export interface EncodedColumn {
  readonly tagBytes: Uint8Array
  readonly kindCode: number
  readonly times: EncodedTimes
  /** Quality, then values. */
  readonly payload: Uint8Array
}

/** Bytes of a varint up to `FRAME_COLUMNS_MAX` times the number of kinds. */
const CODE_BYTES_MAX = 2

// Used and emptied within one call: frames are made one at a time.
const scratch = new ByteWriter(1 << 16)
const assembly = new ByteWriter(1 << 16)

/** The times of one column. Columns with the same vector are encoded with one `EncodedTimes`. */
export function encodeTimeVector(timesUs: Float64Array): EncodedTimes {
  return encodeTimes(scratch, timesUs)
}

/** Expects a checked column of at least one sample; `times` is the encoding of its times. */
export function encodeColumn(column: Column, times: EncodedTimes): EncodedColumn {
  scratch.clear()
  encodeSmall(scratch, column.quality)
  const { data } = column
  if (data.kind === 'number') encodeNumbers(scratch, data.values)
  else if (data.kind === 'boolean') encodeSmall(scratch, data.values)
  else encodeTexts(scratch, data.values)
  return {
    tagBytes: encodeText(column.tag),
    kindCode: KINDS.indexOf(data.kind),
    times,
    payload: scratch.finish(),
  }
}

/**
 * Body of a samples frame: the directory (time vectors, then columns with their front-coded tags), the payloads
 * of the vectors, the payloads of the columns.
 *
 * @throws FrameError `GENBA_FRAME_LIMIT` for too many columns or samples
 */
export function assembleSamples(columns: readonly EncodedColumn[]): Uint8Array {
  checkCounts(columns)
  const places = new Map<EncodedTimes, number>()
  for (const { times } of columns) if (!places.has(times)) places.set(times, places.size)
  const writer = assembly
  writer.clear()
  writer.varint(places.size)
  let baseUs = 0
  for (const times of places.keys()) {
    writeTimeSummary(writer, times, baseUs)
    baseUs = nextBaseUs(times, baseUs)
  }
  writer.varint(columns.length)
  let previous: Uint8Array = new Uint8Array(0)
  for (const { tagBytes, kindCode, times } of columns) {
    const shared = sharedPrefix(previous, tagBytes)
    writer.varint(shared)
    writer.block(tagBytes.subarray(shared))
    writer.varint((places.get(times) ?? 0) * KINDS.length + kindCode)
    previous = tagBytes
  }
  for (const times of places.keys()) writer.bytes(times.payload)
  for (const { payload } of columns) writer.bytes(payload)
  return writer.finish()
}

/** What a column adds to a body at most: its tag may not share a prefix with its neighbour's. */
export function columnBytesMax(column: EncodedColumn): number {
  const tagBytes = column.tagBytes.length
  return 1 + varintLength(tagBytes) + tagBytes + CODE_BYTES_MAX + column.payload.length
}

/** What columns add to a body at least: their payloads. */
export function bodyBytesMin(columns: readonly EncodedColumn[]): number {
  const times = new Set(columns.map((column) => column.times))
  const timesBytes = [...times].reduce((sum, { payload }) => sum + payload.length, 0)
  return columns.reduce((sum, { payload }) => sum + payload.length, timesBytes)
}

/** What a body needs besides its columns and time vectors: their numbers. */
export const BODY_BYTES_MIN = 2 * CODE_BYTES_MAX

function checkCounts(columns: readonly EncodedColumn[]): void {
  const sampleCount = columns.reduce((sum, column) => sum + column.times.count, 0)
  if (columns.length > FRAME_COLUMNS_MAX || sampleCount > FRAME_SAMPLES_MAX) {
    throw new FrameError('GENBA_FRAME_LIMIT', 'the content is too much for one frame', {
      expected: `at most ${FRAME_COLUMNS_MAX} columns and ${FRAME_SAMPLES_MAX} samples`,
      received: `${columns.length} columns, ${sampleCount} samples`,
    })
  }
}

function sharedPrefix(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length)
  let i = 0
  while (i < end && a[i] === b[i]) i += 1
  return i
}

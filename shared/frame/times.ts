import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { TIME_US_MAX } from '../time/time.ts'
import { bytesOf } from './doubles.ts'
import { decodeIntegers, encodeIntegers, INTEGER_RANGE_MAX } from './integers.ts'

/** What the directory says of a time vector, so that its range is known without decoding it. */
export interface TimeSummary {
  readonly count: number
  readonly minTimeUs: number
  readonly maxTimeUs: number
  readonly encoding: number
}

/** A time vector as the parts of a frame need it: the summary for the directory, the payload for the body. */
export interface EncodedTimes extends TimeSummary {
  readonly payload: Uint8Array
}

/** Eight bytes each: for times so far apart or away that their differences are not exact. */
const RAW = 0
/** Whole numbers above the earliest time; nothing at all where all times are one. */
const PACKED = 1

/** Packed vectors begin within this, so that the difference between the earliest times of two is exact. */
const PACKED_TIME_MAX = 2 ** 52

/** Expects whole times, at least one; uses the writer as scratch. */
export function encodeTimes(writer: ByteWriter, timesUs: Float64Array): EncodedTimes {
  const count = timesUs.length
  let minTimeUs = timesUs[0] as number
  let maxTimeUs = minTimeUs
  for (let i = 0; i < count; i++) {
    const timeUs = timesUs[i] as number
    if (timeUs < minTimeUs) minTimeUs = timeUs
    if (timeUs > maxTimeUs) maxTimeUs = timeUs
  }
  writer.clear()
  const isPacked = Math.abs(minTimeUs) < PACKED_TIME_MAX && maxTimeUs - minTimeUs <= INTEGER_RANGE_MAX
  if (!isPacked) writer.bytes(bytesOf(timesUs))
  else if (maxTimeUs > minTimeUs) {
    encodeIntegers(writer, { numbers: timesUs, count, least: minTimeUs, most: maxTimeUs }, minTimeUs)
  }
  return { count, minTimeUs, maxTimeUs, encoding: isPacked ? PACKED : RAW, payload: writer.finish() }
}

/** `previousUs` is the earliest time of the packed vector before, or 0. */
export function writeTimeSummary(writer: ByteWriter, times: TimeSummary, previousUs: number): void {
  writer.varint(times.count * 2 + times.encoding)
  if (times.encoding === RAW) {
    writer.f64(times.minTimeUs)
    writer.f64(times.maxTimeUs)
  } else {
    writer.signed(times.minTimeUs - previousUs)
    writer.varint(times.maxTimeUs - times.minTimeUs)
  }
}

/** What a time vector adds to a body at most. */
export function timeBytesMax(times: EncodedTimes): number {
  return 3 + 2 * 9 + times.payload.length
}

export function readTimeSummary(reader: ByteReader, maxCount: number, previousUs: number): TimeSummary {
  const head = reader.varint(maxCount * 2 + 1)
  const count = head >>> 1
  const encoding = head & 1
  const minTimeUs = encoding === RAW ? reader.f64() : previousUs + reader.signed()
  const maxTimeUs = encoding === RAW ? reader.f64() : minTimeUs + reader.varint(INTEGER_RANGE_MAX)
  if (count === 0) throw reader.error('has a time vector of no times')
  if (!isTime(minTimeUs) || !isTime(maxTimeUs) || minTimeUs > maxTimeUs) {
    throw reader.error(`has times from ${minTimeUs} to ${maxTimeUs}`)
  }
  return { count, minTimeUs, maxTimeUs, encoding }
}

export function decodeTimes(reader: ByteReader, summary: TimeSummary): Float64Array {
  const { count, minTimeUs, maxTimeUs, encoding } = summary
  if (encoding === PACKED && minTimeUs === maxTimeUs) return new Float64Array(count).fill(minTimeUs)
  const raw = encoding === RAW ? reader.bytes(count * 8) : undefined
  const timesUs = new Float64Array(count)
  if (raw === undefined) {
    decodeIntegers(reader, timesUs)
    for (let i = 0; i < count; i++) timesUs[i] = minTimeUs + (timesUs[i] as number)
  } else bytesOf(timesUs).set(raw)
  for (let i = 0; i < count; i++) {
    const timeUs = timesUs[i] as number
    if (!(timeUs >= minTimeUs && timeUs <= maxTimeUs) || Math.floor(timeUs) !== timeUs) {
      throw reader.error(`has the time ${timeUs} outside of its own bounds`)
    }
  }
  return timesUs
}

/** The base of the next vector's difference. */
export function nextBaseUs(times: TimeSummary, previousUs: number): number {
  return times.encoding === PACKED ? times.minTimeUs : previousUs
}

function isTime(timeUs: number): boolean {
  return Math.abs(timeUs) <= TIME_US_MAX && Math.floor(timeUs) === timeUs
}

import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { TIME_US_MAX } from '../time/time.ts'

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

const RAW = 0

export function encodeTimes(writer: ByteWriter, timesUs: Float64Array): EncodedTimes {
  let minTimeUs = Number.POSITIVE_INFINITY
  let maxTimeUs = Number.NEGATIVE_INFINITY
  for (let i = 0; i < timesUs.length; i++) {
    const timeUs = timesUs[i] as number
    if (timeUs < minTimeUs) minTimeUs = timeUs
    if (timeUs > maxTimeUs) maxTimeUs = timeUs
  }
  writer.clear()
  for (let i = 0; i < timesUs.length; i++) writer.f64(timesUs[i] as number)
  return { count: timesUs.length, minTimeUs, maxTimeUs, encoding: RAW, payload: writer.finish() }
}

export function writeTimeSummary(writer: ByteWriter, times: TimeSummary): void {
  writer.varint(times.count)
  writer.u8(times.encoding)
  writer.f64(times.minTimeUs)
  writer.f64(times.maxTimeUs)
}

/** What a time vector adds to a body at most. */
export function timeBytesMax(times: EncodedTimes): number {
  return 3 + 1 + 2 * 9 + times.payload.length
}

export function readTimeSummary(reader: ByteReader, maxCount: number): TimeSummary {
  const count = reader.varint(maxCount)
  const encoding = reader.u8()
  if (encoding !== RAW) throw reader.error(`has times in the unknown encoding ${encoding}`)
  const minTimeUs = reader.f64()
  const maxTimeUs = reader.f64()
  if (!isTime(minTimeUs) || !isTime(maxTimeUs) || minTimeUs > maxTimeUs) {
    throw reader.error(`has times from ${minTimeUs} to ${maxTimeUs}`)
  }
  return { count, minTimeUs, maxTimeUs, encoding }
}

export function decodeTimes(reader: ByteReader, summary: TimeSummary): Float64Array {
  const timesUs = new Float64Array(summary.count)
  for (let i = 0; i < timesUs.length; i++) timesUs[i] = reader.f64()
  for (let i = 0; i < timesUs.length; i++) {
    const timeUs = timesUs[i] as number
    if (!(timeUs >= summary.minTimeUs && timeUs <= summary.maxTimeUs) || Math.floor(timeUs) !== timeUs) {
      throw reader.error(`has the time ${timeUs} outside of its own bounds`)
    }
  }
  return timesUs
}

function isTime(timeUs: number): boolean {
  return Math.abs(timeUs) <= TIME_US_MAX && Math.floor(timeUs) === timeUs
}

import type { ByteReader } from '../bytes/reader.ts'
import { decodeText } from '../bytes/text.ts'
import { KINDS } from './format.ts'
import type { Column, ColumnSummary, ColumnValues } from './frame.ts'
import { FRAME_COLUMNS_MAX, FRAME_SAMPLES_MAX, TAG_BYTES_MAX } from './limits.ts'
import { decodeNumbers } from './numbers.ts'
import { decodeSmall } from './small.ts'
import { decodeTexts } from './texts.ts'
import { decodeTimes, nextBaseUs, readTimeSummary, type TimeSummary } from './times.ts'

interface ColumnEntry {
  readonly tag: string
  readonly kind: ColumnValues['kind']
  readonly vector: number
  readonly times: TimeSummary
}

interface Directory {
  readonly vectors: readonly TimeSummary[]
  readonly columns: readonly ColumnEntry[]
  readonly sampleCount: number
}

/** Summaries of all columns from the directory alone. */
export function summariseSamples(reader: ByteReader): { columns: ColumnSummary[]; sampleCount: number } {
  const { columns, sampleCount } = readDirectory(reader)
  return {
    columns: columns.map(({ tag, kind, times }) => ({
      tag,
      kind,
      sampleCount: times.count,
      minTimeUs: times.minTimeUs,
      maxTimeUs: times.maxTimeUs,
    })),
    sampleCount,
  }
}

/** All columns. Columns with equal times share one array, so nobody may write into it. */
export function decodeSamples(reader: ByteReader): Column[] {
  const directory = readDirectory(reader)
  const vectors = directory.vectors.map((summary) => decodeTimes(reader, summary))
  return directory.columns.map(({ tag, kind, vector }) => {
    const timesUs = vectors[vector] ?? new Float64Array(0)
    const quality = new Uint8Array(timesUs.length)
    decodeSmall(reader, quality, 0xff)
    return { tag, timesUs, quality, data: decodeValues(reader, kind, timesUs.length) }
  })
}

function decodeValues(reader: ByteReader, kind: ColumnValues['kind'], count: number): ColumnValues {
  if (kind === 'number') return { kind, values: decodeNumbers(reader, count) }
  if (kind === 'text') return { kind, values: decodeTexts(reader, count) }
  const values = new Uint8Array(count)
  decodeSmall(reader, values, 1)
  return { kind, values }
}

/** Checks every count before anything is allocated by it. */
function readDirectory(reader: ByteReader): Directory {
  const vectors: TimeSummary[] = []
  const vectorCount = reader.varint(FRAME_COLUMNS_MAX)
  let vectorSamples = 0
  let baseUs = 0
  for (let i = 0; i < vectorCount; i++) {
    const times = readTimeSummary(reader, FRAME_SAMPLES_MAX - vectorSamples, baseUs)
    vectors.push(times)
    baseUs = nextBaseUs(times, baseUs)
    vectorSamples += times.count
  }
  const columns: ColumnEntry[] = []
  const columnCount = reader.varint(FRAME_COLUMNS_MAX)
  let sampleCount = 0
  const previous: TagState = { bytes: new Uint8Array(TAG_BYTES_MAX), length: 0 }
  for (let i = 0; i < columnCount; i++) {
    const tag = readTag(reader, previous)
    const code = reader.varint()
    const vector = Math.floor(code / KINDS.length)
    const kind = KINDS[code % KINDS.length]
    const times = vectors[vector]
    if (kind === undefined || times === undefined) throw reader.error(`names a time vector that is not there`)
    sampleCount += times.count
    if (sampleCount > FRAME_SAMPLES_MAX) throw reader.error(`claims more than ${FRAME_SAMPLES_MAX} samples`)
    columns.push({ tag, kind, vector, times })
  }
  return { vectors, columns, sampleCount }
}

/** Bytes of the tag before, of which the next keeps a prefix. */
interface TagState {
  readonly bytes: Uint8Array
  length: number
}

function readTag(reader: ByteReader, previous: TagState): string {
  const shared = reader.varint(previous.length)
  const suffixBytes = reader.varint(TAG_BYTES_MAX - shared)
  const start = reader.skip(suffixBytes)
  const length = shared + suffixBytes
  if (length === 0) throw reader.error('has a column without a tag')
  // A loop, since these are a few bytes: a call to `set` with a view costs more.
  for (let i = 0; i < suffixBytes; i++) previous.bytes[shared + i] = reader.source[start + i] as number
  previous.length = length
  const tag = decodeText(previous.bytes.subarray(0, length))
  if (tag === undefined) throw reader.error('has a tag that is not UTF-8')
  return tag
}

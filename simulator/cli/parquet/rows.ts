import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { AsyncBuffer, Compressors, DecodedArray, FileMetaData } from 'hyparquet'
import { parquetReadColumn } from 'hyparquet/src/read.js'
import { isWellFormed } from '../../../shared/bytes/text.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { TAG_BYTES_MAX, TEXT_BYTES_MAX } from '../../../shared/frame/limits.ts'
import { parseTimeUs } from '../../../shared/time/iso.ts'
import { TIME_US_MAX } from '../../../shared/time/time.ts'
import { CliError } from '../errors.ts'
import { SEVERITIES } from '../history/format.ts'
import type { ParquetLayout, ValueColumn } from './layout.ts'

export interface ParquetFile {
  readonly path: string
  readonly buffer: AsyncBuffer
  readonly metadata: FileMetaData
}

/** A sample of a row. */
export interface RowSample {
  readonly tag: string
  readonly kind: ValueColumn['kind']
  readonly timeUs: number
  readonly quality: number
  readonly value: number | string
}

/** The samples of a row, or in words why there are none. */
export type ParquetRow = readonly RowSample[] | string

/** Those that Node has; Snappy is the library's own. Zstandard came to Node later than its oldest version here. */
const COMPRESSORS: Compressors = {
  GZIP: (input) => new Uint8Array(gunzipSync(input)),
  BROTLI: (input) => new Uint8Array(brotliDecompressSync(input)),
}

/** A mark of byte order is a part of a text, and what is no UTF-8 is not made into something else. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** All times in microseconds; what is finer goes to the microsecond it lies in. */
const PARSERS = {
  timestampFromMilliseconds: (ms: bigint) => ms * 1000n,
  timestampFromMicroseconds: (us: bigint) => us,
  timestampFromNanoseconds: (ns: bigint) =>
    BigInt.asIntN(64, (ns - (((ns % 1000n) + 1000n) % 1000n)) / 1000n),
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes),
}

type Columns = ReadonlyMap<string, DecodedArray>

/**
 * The rows of a file from one on, a row group in memory at once, and of that only the columns that are read.
 * @param tagOf names the tag of a column's values, or of those of a row with a tag of its own
 * @throws CliError `GENBA_FILE_INVALID` naming row group and column
 */
export async function* parquetRows(
  file: ParquetFile,
  layout: ParquetLayout,
  fromRow: number,
  tagOf: (name: string) => string,
): AsyncGenerator<ParquetRow> {
  const { time, tag, values, quality, gapBefore, quarantined } = layout
  const names = [time.name, tag, quality, gapBefore, quarantined, ...values.map(({ name }) => name)]
  let rowStart = 0
  for (const [group, { num_rows }] of file.metadata.row_groups.entries()) {
    const rowEnd = rowStart + Number(num_rows)
    if (rowEnd > fromRow) {
      const columns = new Map<string, DecodedArray>()
      for (const name of names) {
        if (name !== undefined) columns.set(name, await readColumn(file, group, name, { rowStart, rowEnd }))
      }
      for (let at = Math.max(0, fromRow - rowStart); at < rowEnd - rowStart; at++) {
        yield rowOf(layout, columns, at, tagOf)
      }
    }
    rowStart = rowEnd
  }
}

async function readColumn(
  { path, buffer, metadata }: ParquetFile,
  group: number,
  name: string,
  rows: { readonly rowStart: number; readonly rowEnd: number },
): Promise<DecodedArray> {
  const common = { file: buffer, metadata, compressors: COMPRESSORS, parsers: PARSERS }
  let received: string
  try {
    const column = await parquetReadColumn({ ...common, columns: [name], ...rows })
    if (column.length === rows.rowEnd - rows.rowStart) return column
    received = `${column.length} values`
  } catch (error) {
    // The library throws plain errors for whatever is wrong with the bytes.
    received = error instanceof Error ? error.message : String(error)
  }
  throw new CliError('GENBA_FILE_INVALID', 'a column of the file cannot be read', {
    where: `${path}, row group ${group + 1}, column ${name}`,
    expected: `${rows.rowEnd - rows.rowStart} values, plain or packed with Snappy, GZIP or Brotli`,
    received,
    mend: 'write the file again, with Snappy if it was packed in another way',
    effect: 'the rows before this row group are stored; the import goes on from there',
  })
}

function rowOf(
  layout: ParquetLayout,
  columns: Columns,
  at: number,
  tagOf: (name: string) => string,
): ParquetRow {
  const cell = (name: string | undefined): unknown => name !== undefined && columns.get(name)?.[at]
  const timeUs = timeOf(cell(layout.time.name))
  if (timeUs === undefined) return `${show(cell(layout.time.name))} is no time`
  const own = layout.tag === undefined ? undefined : cell(layout.tag)
  if (own !== undefined && (typeof own !== 'string' || own === '')) return 'no tag'
  const flags = qualityOf(layout.quality === undefined ? 'good' : cell(layout.quality))
  if (flags === undefined) return `${show(cell(layout.quality))} is no quality`
  const quality =
    flags |
    (cell(layout.gapBefore) === true ? Quality.gapBefore : 0) |
    (cell(layout.quarantined) === true ? Quality.quarantined : 0)
  const samples: RowSample[] = []
  for (const { name, kind } of layout.values) {
    const raw = cell(name)
    if (raw === null || raw === undefined) continue
    const value = readValue(raw, kind)
    if (value === undefined) return `${show(raw)} is no ${kind} that can be kept`
    const tag = tagOf(own ?? name)
    if (Buffer.byteLength(tag) > TAG_BYTES_MAX) return `the tag ${show(tag)} is too long`
    samples.push({ tag, kind, timeUs, quality, value })
  }
  return samples.length === 0 ? 'no value' : samples
}

function timeOf(raw: unknown): number | undefined {
  const timeUs =
    typeof raw === 'string' ? parseTimeUs(raw) : typeof raw === 'bigint' ? Number(raw) : undefined
  return timeUs !== undefined && Math.abs(timeUs) <= TIME_US_MAX ? timeUs : undefined
}

function qualityOf(raw: unknown): number | undefined {
  const severity = (SEVERITIES as readonly unknown[]).indexOf(raw)
  return severity < 0 ? undefined : severity
}

/** A whole number that no double holds is none, rather than another one. */
function readValue(raw: unknown, kind: ValueColumn['kind']): number | string | undefined {
  if (kind === 'boolean') return raw === true ? 1 : raw === false ? 0 : undefined
  if (kind === 'text') {
    const isText = typeof raw === 'string' && isWellFormed(raw) && Buffer.byteLength(raw) <= TEXT_BYTES_MAX
    return isText ? raw : undefined
  }
  if (typeof raw === 'bigint') return BigInt(Number(raw)) === raw ? Number(raw) : undefined
  return typeof raw === 'number' ? raw : undefined
}

const SHOWN_MAX = 40
const show = (raw: unknown): string => {
  const text = typeof raw === 'string' ? raw : String(raw)
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text)
}

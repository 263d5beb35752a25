import { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } from 'hyparquet'
import { crc32c } from '../../../shared/bytes/crc32c.ts'
import { encodeText } from '../../../shared/bytes/text.ts'
import { CliError } from '../errors.ts'
import type { ImportFigures, ImportParts } from '../store/import.ts'
import { StoreWriter } from '../store/writer.ts'
import { ParquetFrames } from './frames.ts'
import { type ParquetLayout, type ParquetLayoutOptions, parquetLayout } from './layout.ts'
import { type ParquetPosition, resumedPosition } from './position.ts'
import { type ParquetFile, parquetRows } from './rows.ts'

export interface ParquetOptions extends ParquetLayoutOptions {
  /** Tags are PREFIX/COLUMN, or PREFIX/TAG where rows have tags and a prefix is given. */
  readonly prefix: string | undefined
  /** The prefix of columns when none is given. */
  readonly defaultPrefix: string
  readonly frameBytesMax: number
}

interface OpenedParquet {
  readonly file: ParquetFile
  readonly layout: ParquetLayout
  readonly fresh: ParquetPosition
}

/** By so much of its end, where the footer is, a file is known again. */
const TAIL_BYTES = 64 << 10

/** @throws CliError `GENBA_FILE_INVALID` */
export async function openParquet(options: ParquetOptions): Promise<OpenedParquet> {
  const { path } = options
  const buffer = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(buffer).catch((error: unknown) => {
    throw new CliError('GENBA_FILE_INVALID', 'the file is no Parquet file, or was cut', {
      where: path,
      received: error instanceof Error ? error.message : String(error),
    })
  })
  const layout = parquetLayout(parquetSchema(metadata), options)
  const tail = new Uint8Array(await buffer.slice(Math.max(0, buffer.byteLength - TAIL_BYTES)))
  const as = crc32c(encodeText(JSON.stringify([layout, options.prefix ?? null])))
  const none = { rows: 0, samples: 0, rejected: 0, lines: [] }
  return {
    file: { path, buffer, metadata },
    layout,
    fresh: { v: 1, f: crc32c(tail), h: buffer.byteLength, as, ...none },
  }
}

type ParquetImport = Omit<ImportParts, 'file' | 'files' | 'log'> & { readonly options: ParquetOptions }

/**
 * Puts the samples of a Parquet file into a journal, each once whatever happens: it goes on after the last row that is
 * stored.
 * @throws CliError `GENBA_FILE_INVALID`, StoreError; run again, it goes on where it was
 */
export async function importParquet(parts: ParquetImport): Promise<ImportFigures> {
  const { journal, producer, options, clock, batchFrames, onProgress } = parts
  const { file, layout, fresh } = await openParquet(options)
  const held = journal.producer(producer)
  const start = resumedPosition(held.position, fresh, options.path)
  // Greater than every epoch before, as the collector's are.
  const epoch = Math.max(held.epoch + 1, Math.floor(clock.wallUs() / 1000))
  const writer = new StoreWriter({ journal, producer, epoch, batchFrames })
  const filler = new ParquetFrames(options, start)
  const rowCount = Number(file.metadata.num_rows)
  const done = (): number => (file.buffer.byteLength * filler.position.rows) / Math.max(1, rowCount)
  for await (const row of parquetRows(file, layout, start.rows, tagNamer(options, layout))) {
    const contents = filler.add(row)
    if (contents.length === 0) continue
    await writer.add(contents, false)
    onProgress({ samplesStored: writer.samplesStored, readBytes: done })
  }
  const rest = filler.end()
  if (rest.length > 0) await writer.add(rest, true)
  const { rows, samples, rejected, lines } = filler.position
  const rejectedLines = lines.map((line) => ({ line, reason: filler.reasons.get(line) ?? null }))
  return {
    rows,
    rejected,
    rejectedLines,
    samples,
    stored: writer.samplesStored,
    duplicates: held.sampleCount,
  }
}

function tagNamer(
  { prefix, defaultPrefix }: ParquetOptions,
  { tag }: ParquetLayout,
): (name: string) => string {
  const before = tag === undefined ? (prefix ?? defaultPrefix) : prefix
  // What a tag filter would take for a wildcard cannot be asked for.
  const clean = (name: string): string => name.replace(/[+#\p{Cc}]/gu, '_')
  return (name) => (before === undefined ? clean(name) : `${before}/${clean(name)}`)
}

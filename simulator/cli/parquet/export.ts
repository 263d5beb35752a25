import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { type Column, Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import { severityOf } from '../history/format.ts'
import { type OutFile, writeOutFile } from '../history/out-file.ts'
import { PARQUET_SCHEMA } from './schema.ts'

/** Of a row group: DuckDB and Arrow read these side by side, and some 10 MB are held while one fills. */
const GROUP_ROWS = 65_536
/** Characters of text values in a row group. */
const GROUP_TEXT_MAX = 1 << 24

/**
 * Writes samples as Parquet, a row each, exactly: see `PARQUET_SCHEMA` for the columns. The file is there once it is
 * complete.
 *
 * @returns how many rows
 * @throws CliError `GENBA_FILE_UNWRITABLE`, and what reading throws
 */
export async function writeParquet(path: string, frames: AsyncIterable<SampleFrame>): Promise<number> {
  let rowCount = 0
  await writeOutFile(path, async (file) => {
    const bytes = new ByteWriter()
    const parquet = new ParquetWriter({ writer: bytes, schema: [...PARQUET_SCHEMA], createdBy: 'genba' })
    let group = new Group()
    const flush = async (): Promise<void> => {
      await parquet.write({ columnData: group.columns(), rowGroupSize: GROUP_ROWS })
      rowCount += group.rowCount
      group = new Group()
      await takeTo(file, bytes)
    }
    for await (const { columns } of frames) {
      for (const column of columns) {
        for (let at = 0; at < column.timesUs.length; at++) {
          if (group.isFull) await flush()
          group.add(column, at)
        }
      }
    }
    if (group.rowCount > 0) await flush()
    await parquet.finish()
    await takeTo(file, bytes)
  })
  return rowCount
}

/** Gives what is encoded to the file and lets the writer begin its buffer anew; offsets go on. */
async function takeTo(file: OutFile, bytes: ByteWriter): Promise<void> {
  const part = bytes.getBytes().slice()
  bytes.index = 0
  await file.write(part)
}

class Group {
  readonly #times: bigint[] = []
  readonly #tags: string[] = []
  readonly #numbers: (number | null)[] = []
  readonly #booleans: (boolean | null)[] = []
  readonly #texts: (string | null)[] = []
  readonly #qualities: string[] = []
  readonly #gapBefore: boolean[] = []
  readonly #quarantined: boolean[] = []
  #textLength = 0

  get rowCount(): number {
    return this.#times.length
  }

  get isFull(): boolean {
    return this.rowCount >= GROUP_ROWS || this.#textLength >= GROUP_TEXT_MAX
  }

  add({ tag, timesUs, quality, data }: Column, at: number): void {
    const flags = quality[at] ?? 0
    this.#times.push(BigInt(timesUs[at] ?? 0))
    this.#tags.push(tag)
    this.#numbers.push(data.kind === 'number' ? (data.values[at] as number) : null)
    this.#booleans.push(data.kind === 'boolean' ? data.values[at] === 1 : null)
    this.#texts.push(data.kind === 'text' ? (data.values[at] as string) : null)
    this.#qualities.push(severityOf(flags))
    this.#gapBefore.push((flags & Quality.gapBefore) !== 0)
    this.#quarantined.push((flags & Quality.quarantined) !== 0)
    if (data.kind === 'text') this.#textLength += data.values[at]?.length ?? 0
  }

  columns() {
    return [
      { name: 'time', data: this.#times },
      { name: 'tag', data: this.#tags, encoding: 'RLE_DICTIONARY' as const },
      // A dictionary would take a negative zero for the other one.
      { name: 'value', data: this.#numbers, encoding: 'PLAIN' as const },
      { name: 'value_boolean', data: this.#booleans },
      { name: 'value_text', data: this.#texts },
      { name: 'quality', data: this.#qualities, encoding: 'RLE_DICTIONARY' as const },
      { name: 'gap_before', data: this.#gapBefore },
      { name: 'quarantined', data: this.#quarantined },
    ]
  }
}

import { REJECTED_LINES_NAMED } from '../../../shared/csv/limits.ts'
import { createFrameBuilder } from '../../../shared/frame/builder.ts'
import { type EncodedContent, encodeContent } from '../../../shared/frame/encode.ts'
import { FrameError } from '../../../shared/frame/errors.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { CliError } from '../errors.ts'
import type { ParquetPosition } from './position.ts'
import type { ParquetRow, RowSample } from './rows.ts'

interface FrameOptions {
  readonly path: string
  readonly frameBytesMax: number
}

/** Rows of one frame at most: a position stands for all rows before it, so a frame ends with a whole row. */
const FRAME_ROWS = 480

/** Gathers rows into frames that each carry the position behind their last row. */
export class ParquetFrames {
  position: ParquetPosition
  readonly reasons = new Map<number, string>()
  readonly #options: FrameOptions
  readonly #start: ParquetPosition
  #rows: ParquetRow[] = []

  constructor(options: FrameOptions, start: ParquetPosition) {
    this.#options = options
    this.#start = start
    this.position = start
  }

  add(row: ParquetRow): EncodedContent[] {
    this.#rows.push(row)
    return this.#rows.length >= FRAME_ROWS ? this.#flush() : []
  }

  /** The last frames; the newest frame of a log is never sealed, so one without samples ends them. */
  end(): EncodedContent[] {
    const contents = this.#flush()
    if (this.position.rows === this.#start.rows) return contents
    const position = JSON.stringify(this.position)
    return [
      ...contents,
      encodeContent({ body: 'samples', columns: [], completeBeforeUs: Number.POSITIVE_INFINITY, position }),
    ]
  }

  #flush(): EncodedContent[] {
    const rows = this.#rows
    this.#rows = []
    const contents: EncodedContent[] = []
    let count = rows.length
    for (let from = 0; from < rows.length; ) {
      const some = rows.slice(from, from + count)
      const content = this.#frameOf(some)
      if (content === undefined) {
        if (some.length === 1) throw this.#tooWide()
        count = some.length >> 1
        continue
      }
      contents.push(...content)
      from += some.length
    }
    return contents
  }

  /** Undefined when so many rows fit no frame. */
  #frameOf(rows: readonly ParquetRow[]): EncodedContent[] | undefined {
    const columns = columnsOf(rows)
    const position = this.#after(rows, columns)
    const builder = createFrameBuilder({ maxBytes: this.#options.frameBytesMax, positioned: true })
    try {
      const batch = {
        columns,
        completeBeforeUs: Number.NEGATIVE_INFINITY,
        position: JSON.stringify(position),
      }
      const contents = [...builder.append(batch, 0), ...builder.flush()]
      this.position = position
      return contents
    } catch (error) {
      if (error instanceof FrameError && error.code === 'GENBA_FRAME_TOO_LARGE') return undefined
      throw error
    }
  }

  #after(rows: readonly ParquetRow[], columns: readonly Column[]): ParquetPosition {
    const { position } = this
    const refused = rows.flatMap((row, at) =>
      typeof row === 'string' ? [[position.rows + at + 1, row] as const] : [],
    )
    for (const [line, reason] of refused) {
      if (this.reasons.size < REJECTED_LINES_NAMED) this.reasons.set(line, reason)
    }
    return {
      ...position,
      rows: position.rows + rows.length,
      samples: position.samples + columns.reduce((sum, { timesUs }) => sum + timesUs.length, 0),
      rejected: position.rejected + refused.length,
      lines: [...position.lines, ...refused.map(([line]) => line)].slice(0, REJECTED_LINES_NAMED),
    }
  }

  #tooWide(): CliError {
    return new CliError('GENBA_FILE_INVALID', 'a row of the file does not fit into one frame', {
      where: `${this.#options.path}, row ${this.position.rows + 1}`,
      expected: `at most ${this.#options.frameBytesMax} bytes of values and tags`,
      mend: 'import some columns at a time with --column, from a copy of the file for each',
    })
  }
}

/** A column for each tag and kind, in the order in which they come first. */
function columnsOf(rows: readonly ParquetRow[]): Column[] {
  const groups = new Map<string, RowSample[]>()
  for (const sample of rows.flatMap((row) => (typeof row === 'string' ? [] : row))) {
    const key = `${sample.kind} ${sample.tag}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [sample])
    else group.push(sample)
  }
  return [...groups.values()].map((samples): Column => {
    const [{ tag, kind }] = samples as [RowSample]
    const numbers = samples.map(({ value }) => Number(value))
    return {
      tag,
      timesUs: Float64Array.from(samples, ({ timeUs }) => timeUs),
      quality: Uint8Array.from(samples, ({ quality }) => quality),
      data:
        kind === 'text'
          ? { kind, values: samples.map(({ value }) => String(value)) }
          : kind === 'boolean'
            ? { kind, values: Uint8Array.from(numbers) }
            : { kind, values: Float64Array.from(numbers) },
    }
  })
}

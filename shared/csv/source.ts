import type { Files } from '../component/host.ts'
import type { SourceContext } from '../source/source.ts'
import { type CountedBatch, type CountedSource, countJsonBytes, countSamples } from '../source/totals.ts'
import { rowsPerBatch } from './batch-size.ts'
import { type Batcher, createBatcher } from './batcher.ts'
import type { LayoutOptions } from './layout.ts'
import { REJECTED_LINES_NAMED } from './limits.ts'
import { createPace, type Pace } from './pace.ts'
import { formatPosition, type Position, positionBytesMax } from './position.ts'
import { type DecidedRow, openReading, type Reading, type ReadingOptions, type Rejected } from './reading.ts'

export interface CsvOptions extends LayoutOptions, Pick<ReadingOptions, 'isPinned' | 'onRejected'> {
  /** As fast as the frames are taken, or so many times the recorded pace. */
  readonly speed: 'max' | number
  /** How far a row may lie behind a later one: the watermark stays so far behind the latest time. */
  readonly outOfOrderUs: number
  /** A row that leaves its neighbours by more is quarantined. */
  readonly leadUs: number
  readonly frameBytesMax: number
}

/**
 * A file of samples, read in the order of its lines and resumed exactly after the last row that is safe. Equal times
 * and steps back are data. The source ends with the file.
 */
export function createCsvSource(options: CsvOptions): CountedSource {
  return { replayable: true, read: (context) => readCsv(options, context) }
}

/**
 * Whether the head of a file can be read as samples.
 * @throws GenbaError `GENBA_FILE_UNREADABLE`, CsvError
 */
export async function checkCsv(options: CsvOptions, files: Files): Promise<void> {
  const { layout } = await openReading({ ...options, layout: options, files, log: QUIET }, '')
  rowsPerBatch(layout.columns, options)
}

/** What there is to say is said when the file is read. */
const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function* readCsv(options: CsvOptions, context: SourceContext): AsyncGenerator<CountedBatch> {
  const { files, log, clock, scheduler, signal, resumeAfter } = context
  const { speed, path } = options
  const reading = await openReading({ ...options, layout: options, files, log }, resumeAfter)
  const progress = new Progress(reading, options)
  const pace = speed === 'max' ? undefined : createPace(speed, scheduler, clock)
  for await (const rows of reading.rows()) {
    for (const decided of rows) {
      if (signal.aborted) return
      const mustWait = pace !== undefined && progress.dueInMs(decided, pace) > 0
      if (progress.hasRows && (mustWait || !progress.hasRoomFor(decided))) yield progress.batch()
      if (mustWait && !(await hasWaited(pace, decided, signal))) return
      progress.add(decided)
    }
  }
  if (signal.aborted) return
  const last = progress.lastBatch(reading)
  const { rows, samples, rejected, lines } = progress.position
  log.info({ path, rows, samples, rejected, rejectedLines: lines }, 'the file is read')
  yield last
}

/** False when the signal ended the wait. */
async function hasWaited(pace: Pace, { row }: DecidedRow, signal: AbortSignal): Promise<boolean> {
  try {
    await pace.waitFor(row.timeUs, signal)
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

/** What has been put into batches so far, and the position that says so. */
class Progress {
  position: Position
  readonly #batcher: Batcher
  readonly #outOfOrderUs: number
  readonly #positionBytes: number

  constructor(reading: Reading, options: CsvOptions) {
    const { columns } = reading.layout
    this.position = reading.start
    this.#batcher = createBatcher(columns, rowsPerBatch(columns, options))
    this.#outOfOrderUs = options.outOfOrderUs
    this.#positionBytes = positionBytesMax(options.frameBytesMax)
  }

  get hasRows(): boolean {
    return this.#batcher.rowCount > 0
  }

  hasRoomFor({ row }: DecidedRow): boolean {
    return this.#batcher.hasRoomFor(row)
  }

  /** A row that is not believed waits for nobody. */
  dueInMs({ row, isQuarantined }: DecidedRow, pace: Pace): number {
    return isQuarantined ? 0 : pace.dueInMs(row.timeUs)
  }

  add({ row, isQuarantined, line, rejected, near }: DecidedRow): void {
    this.#batcher.add(row, isQuarantined)
    const { max, rows } = this.position
    this.position = {
      ...withRejected(this.position, rejected),
      o: line.endOffset,
      l: line.number,
      rows: rows + 1,
      max: isQuarantined ? max : Math.max(max ?? -Infinity, row.timeUs),
      near: [...near],
    }
  }

  batch(): CountedBatch {
    const columns = this.#batcher.take()
    const { samples, json } = this.position
    this.position = {
      ...this.position,
      samples: samples + countSamples(columns),
      json: json + countJsonBytes(columns),
    }
    const { max, rejected } = this.position
    return {
      columns,
      completeBeforeUs: max === null ? -Infinity : max - this.#outOfOrderUs,
      position: formatPosition(this.position, this.#positionBytes),
      rejected,
      totals: { samples: this.position.samples, rejected, rawJsonBytes: this.position.json },
    }
  }

  /** Everything is read: what was refused after the last row counts, too, and is not read again. */
  lastBatch({ rejected, end }: Reading): CountedBatch {
    this.position = { ...withRejected(this.position, rejected), o: end.offset, l: end.lineNumber }
    return { ...this.batch(), completeBeforeUs: Infinity }
  }
}

function withRejected(position: Position, { count, lines }: Rejected): Position {
  if (count === 0) return position
  return {
    ...position,
    rejected: position.rejected + count,
    lines: [...position.lines, ...lines].slice(0, REJECTED_LINES_NAMED),
  }
}

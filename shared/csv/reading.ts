import type { Files, Log } from '../component/host.ts'
import { createNeighbourCheck, type NeighbourCheck } from '../time/lead.ts'
import { type Head, readHead } from './head.ts'
import { detectLayout, type Layout, type LayoutOptions } from './layout.ts'
import { LINE_BYTES_MAX, REJECTED_LINES_LOGGED, REJECTED_LINES_NAMED } from './limits.ts'
import { type Line, readLines } from './lines.ts'
import { changedFile, checkLayout, layoutDigest } from './pin.ts'
import { type Position, parsePosition } from './position.ts'
import { type Row, readRow } from './row.ts'

/** A row whose neighbours have been seen, with what was refused since the row before. */
export interface DecidedRow {
  readonly row: Row
  readonly isQuarantined: boolean
  readonly line: Line
  readonly rejected: Rejected
  /** State of the neighbour check after this row. */
  readonly near: readonly number[]
}

export interface Rejected {
  readonly count: number
  /** The first of them. */
  readonly lines: readonly number[]
}

export interface ReadingOptions {
  readonly layout: LayoutOptions
  readonly leadUs: number
  readonly files: Files
  readonly log: Log
  /** A file that is another one than at the position, or would be read otherwise, is refused instead of read anew. */
  readonly isPinned?: boolean | undefined
  /** Told of every refused line; without it the first of them are logged. */
  readonly onRejected?: ((line: number, reason: string) => void) | undefined
}

/** One reading of a file, from its beginning or from where an earlier one was left. */
export class Reading {
  readonly head: Head
  readonly layout: Layout
  readonly start: Position
  readonly #options: ReadingOptions
  readonly #check: NeighbourCheck
  /** Rows that wait for the ones after them, oldest first; no more than the check looks ahead. */
  readonly #undecided: Omit<DecidedRow, 'isQuarantined' | 'near'>[] = []
  #end: { readonly offset: number; readonly lineNumber: number }
  #rejected: { count: number; lines: number[] } = { count: 0, lines: [] }
  #logged = 0

  constructor(options: ReadingOptions, head: Head, start: Position | undefined) {
    this.#options = options
    this.head = head
    this.layout = detectLayout(head, options.layout, options.log)
    this.start = start ?? firstPosition(head, options.isPinned ? layoutDigest(this.layout) : undefined)
    this.#end = { offset: this.start.o, lineNumber: this.start.l }
    this.#check = createNeighbourCheck({ leadUs: options.leadUs, accepted: this.start.near })
  }

  /** Refused lines after the last row. */
  get rejected(): Rejected {
    return this.#rejected
  }

  /** Bytes and lines that have been looked at. */
  get end(): { readonly offset: number; readonly lineNumber: number } {
    return this.#end
  }

  /** All rows from the start on, a chunk's worth at once. @throws GenbaError `GENBA_FILE_UNREADABLE` */
  async *rows(): AsyncGenerator<readonly DecidedRow[]> {
    const { files, layout } = this.#options
    const { o: offset, l: lineNumber } = this.start
    const { encoding } = this.head
    for await (const lines of readLines({ files, path: layout.path, encoding, offset, lineNumber })) {
      const decided: DecidedRow[] = []
      for (const line of lines) {
        const verdict = this.#take(line)
        if (verdict !== undefined) decided.push(this.#decide(verdict))
        this.#end = { offset: line.endOffset, lineNumber: line.number }
      }
      yield decided
    }
    yield this.#check.end().map((verdict) => this.#decide(verdict))
  }

  #take(line: Line): boolean | undefined {
    const { text, number } = line
    if (text === undefined) return this.#reject(number, `longer than ${LINE_BYTES_MAX} bytes`)
    if (number === this.layout.headerLine || text.trim() === '') return undefined
    const row = readRow(text, this.layout)
    if (typeof row === 'string') return this.#reject(number, row)
    this.#undecided.push({ row, line, rejected: this.#rejected })
    this.#rejected = { count: 0, lines: [] }
    return this.#check.push(row.timeUs)
  }

  #decide(isQuarantined: boolean): DecidedRow {
    const oldest = this.#undecided.shift()
    if (oldest === undefined) throw new Error('a verdict without a row')
    return { ...oldest, isQuarantined, near: this.#check.accepted }
  }

  #reject(line: number, reason: string): undefined {
    this.#rejected.count += 1
    if (this.#rejected.lines.length < REJECTED_LINES_NAMED) this.#rejected.lines.push(line)
    if (this.#options.onRejected) this.#options.onRejected(line, reason)
    else this.#logRejected(line, reason)
    return undefined
  }

  #logRejected(line: number, reason: string): void {
    this.#logged += 1
    const { log, layout } = this.#options
    const { path } = layout
    if (this.#logged <= REJECTED_LINES_LOGGED) log.warn({ path, line, reason }, 'a line was refused')
    if (this.#logged === REJECTED_LINES_LOGGED) log.warn({ path }, 'more refused lines are only counted')
  }
}

/**
 * Opens a file at a position. A file that is another one by now (its head has changed, or it is shorter) is read
 * from its beginning: what was read of the old one stays, and the new one was never read. A pinned one is refused.
 *
 * @throws GenbaError `GENBA_FILE_UNREADABLE`, CsvError
 */
export async function openReading(options: ReadingOptions, resumeAfter: string): Promise<Reading> {
  const { files, log } = options
  const { path } = options.layout
  const before = parsePosition(resumeAfter, path)
  if (before === undefined) return new Reading(options, await readHead(files, path), undefined)
  const head = await readHead(files, path, before.h)
  const sizeBytes = await files.sizeBytes(path)
  if (head.crc === before.f && head.sizeBytes === before.h && sizeBytes >= before.o) {
    const reading = new Reading(options, head, before)
    if (options.isPinned) checkLayout(reading.layout, before, path)
    return reading
  }
  if (options.isPinned) throw changedFile(path, before, sizeBytes)
  log.warn({ path, sizeBytes, position: before }, 'the file is another one than before; it is read anew')
  return new Reading(options, await readHead(files, path), undefined)
}

function firstPosition({ crc, sizeBytes, startOffset }: Head, as: number | undefined): Position {
  const none = { l: 0, rows: 0, samples: 0, rejected: 0, lines: [], max: null, near: [], json: 0 }
  return { v: 1, f: crc, h: sizeBytes, o: startOffset, ...none, ...(as === undefined ? {} : { as }) }
}

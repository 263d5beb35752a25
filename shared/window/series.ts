import { addRun, type Readings } from '../aggregate/add-run.ts'
import { valuesOf } from '../aggregate/aggregate.ts'
import { Quality } from '../frame/frame.ts'
import type { WindowBook } from './book.ts'
import { type TumblingShape, windowName, windowStartUs } from './definition.ts'
import type { OpenWindow } from './open-window.ts'
import type { Pane } from './pane.ts'
import type { Run } from './runs.ts'

/** The samples of one column that a series did not take. */
export interface Refused {
  /** Their windows are final, or began before the definition did. */
  readonly late: Run[]
  /** The engine has no room for another window. */
  readonly noRoom: Run[]
}

/** The windows of one tag and one definition. */
export class Series {
  readonly tag: string
  readonly name: string
  readonly windows = new Map<number, OpenWindow>()
  shape: TumblingShape
  /** No definition asks for it any more: what is open is finished, nothing is opened. */
  isRetiring = false
  /** Windows that start earlier are not opened: this definition has not seen all of their samples. */
  openFromUs: number
  /** Windows that end here or earlier are final, whatever the watermark says. */
  closedUs = Number.NEGATIVE_INFINITY
  /** The next watermark at which something is to be done. */
  dueUs = Number.POSITIVE_INFINITY
  #hasRevisions = false
  #current: OpenWindow | undefined

  constructor(tag: string, shape: TumblingShape, openFromUs: number) {
    this.tag = tag
    this.name = windowName(shape)
    this.shape = shape
    this.openFromUs = openFromUs
  }

  /** Puts each sample that is not quarantined into its window. */
  take(readings: Readings, watermarkUs: number, book: WindowBook): Refused {
    const { timesUs, quality } = readings.column
    const { sizeUs, offsetUs } = this.shape
    const refused: Refused = { late: [], noRoom: [] }
    for (let from = 0; from < timesUs.length; ) {
      if (((quality[from] as number) & Quality.quarantined) !== 0) {
        from++
        continue
      }
      const startUs = windowStartUs(timesUs[from] as number, sizeUs, offsetUs)
      const to = endOfRun(readings, from, startUs, startUs + sizeUs)
      const window = this.#windowAt(startUs, { from, to }, watermarkUs, book, refused)
      if (window !== undefined) this.#add(window, readings, { from, to }, watermarkUs, book)
      from = to
    }
    return refused
  }

  #add(window: OpenWindow, readings: Readings, run: Run, watermarkUs: number, book: WindowBook): void {
    addRun(window.aggregate, readings, run.from, run.to)
    window.isDirty = true
    book.note(this, window)
    const endUs = window.startUs + this.shape.sizeUs
    if (endUs <= watermarkUs) this.#hasRevisions = true
    else if (endUs < this.dueUs) this.dueUs = endUs
  }

  #windowAt(
    startUs: number,
    run: Run,
    watermarkUs: number,
    book: WindowBook,
    refused: Refused,
  ): OpenWindow | undefined {
    if (this.#current?.startUs === startUs) return this.#current
    let window = this.windows.get(startUs)
    if (window === undefined) {
      if (this.isRetiring || startUs < this.openFromUs || this.#isFinal(startUs, watermarkUs)) {
        refused.late.push(run)
        return undefined
      }
      window = book.open(startUs)
      if (window === undefined) {
        refused.noRoom.push(run)
        return undefined
      }
      this.windows.set(startUs, window)
    }
    this.#current = window
    return window
  }

  #isFinal(startUs: number, watermarkUs: number): boolean {
    const endUs = startUs + this.shape.sizeUs
    return endUs <= this.closedUs || endUs + this.shape.allowedLatenessUs <= watermarkUs
  }

  /**
   * Answers for the windows that a watermark completes and for those that late samples changed, and forgets the
   * final ones.
   *
   * @param beforeUs the tag's watermark before this frame, which tells ON_TIME from LATE
   * @param afterUs not before `beforeUs`; Infinity closes everything
   */
  settle(beforeUs: number, afterUs: number, book: WindowBook, panes: Pane[]): void {
    if (afterUs < this.dueUs && !this.#hasRevisions) return
    const { sizeUs, allowedLatenessUs } = this.shape
    this.#hasRevisions = false
    this.dueUs = Number.POSITIVE_INFINITY
    for (const window of this.windows.values()) {
      const endUs = window.startUs + sizeUs
      if (endUs > afterUs) {
        this.dueUs = Math.min(this.dueUs, endUs)
        continue
      }
      const isFinal = endUs + allowedLatenessUs <= afterUs
      if (window.isDirty)
        panes.push(this.#answer(window, endUs <= beforeUs ? 'LATE' : 'ON_TIME', isFinal, book))
      if (!isFinal) {
        this.dueUs = Math.min(this.dueUs, endUs + allowedLatenessUs)
        continue
      }
      this.#close(window, book)
      // No watermark says that these are final once a source that has ended starts again.
      if (afterUs === Number.POSITIVE_INFINITY) this.closedUs = Math.max(this.closedUs, endUs)
    }
  }

  #answer(window: OpenWindow, timing: Pane['timing'], isFinal: boolean, book: WindowBook): Pane {
    if (window.revision < 0) book.answeredCount++
    window.revision++
    window.isDirty = false
    book.note(this, window)
    return {
      tag: this.tag,
      window: this.name,
      startUs: window.startUs,
      endUs: window.startUs + this.shape.sizeUs,
      revision: window.revision,
      timing,
      isFinal,
      values: valuesOf(window.aggregate),
    }
  }

  /** Gives up the windows that have answered: they are final from now on. */
  closeAnswered(book: WindowBook): void {
    for (const window of this.windows.values()) {
      if (window.revision < 0 || window.isDirty) continue
      this.closedUs = Math.max(this.closedUs, window.startUs + this.shape.sizeUs)
      this.#close(window, book)
      book.closedEarlyCount++
    }
  }

  #close(window: OpenWindow, book: WindowBook): void {
    this.windows.delete(window.startUs)
    if (this.#current === window) this.#current = undefined
    book.drop(this, window)
  }

  /** Continues under another lateness: what was final stays final, and what is final now goes at the next watermark. */
  reshape(shape: TumblingShape, watermarkUs: number): void {
    this.closedUs = Math.max(this.closedUs, watermarkUs - this.shape.allowedLatenessUs)
    this.shape = shape
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  /** Puts a window of a checkpoint back. */
  restore(window: OpenWindow, book: WindowBook): void {
    this.windows.set(window.startUs, window)
    book.restore(window)
    this.dueUs = Number.NEGATIVE_INFINITY
  }
}

/** First index from `from` on whose sample is quarantined or outside [startUs, endUs). */
function endOfRun({ column }: Readings, from: number, startUs: number, endUs: number): number {
  const { timesUs, quality } = column
  let to = from + 1
  while (to < timesUs.length) {
    const timeUs = timesUs[to] as number
    if (timeUs < startUs || timeUs >= endUs || ((quality[to] as number) & Quality.quarantined) !== 0) break
    to++
  }
  return to
}

import * as z from 'zod'
import { Instant, readInstant, writeInstant } from '../checkpoint/instant.ts'
import type { Alignment } from './alignment.ts'

/** [next, first, in a row, is holding, gaps] */
export const EmptyState = z.tuple([
  Instant,
  Instant,
  z.number(),
  z.boolean(),
  z.array(z.tuple([z.number(), z.number()])),
])
export type EmptyState = z.output<typeof EmptyState>

/**
 * Which windows without samples are answered: those after the first window of the key, up to the watermark, at most
 * some in a row. The others in the row are one gap; it is told when it begins, as far as it reaches then, and
 * once more for the rest when a window with samples ends it.
 */
export class EmptyWindows {
  /** Start of the first window of the key; -Infinity before there is one. */
  #firstUs = Number.NEGATIVE_INFINITY
  /** Start of the next window to be judged. */
  #nextUs = Number.NEGATIVE_INFINITY
  #inRow = 0
  /** The gap that is open has been told of. */
  #isHolding = false
  /** Told gaps whose windows may still be opened by late samples: [start of the first, start of the last]. */
  #gaps: [number, number][] = []
  readonly #alignment: Alignment

  constructor(alignment: Alignment) {
    this.#alignment = alignment
  }

  /** The watermark at which the next empty window is over. */
  dueUs(): number {
    if (this.#firstUs === Number.NEGATIVE_INFINITY || this.#isHolding) return Number.POSITIVE_INFINITY
    return this.#alignment.windowEnd(this.#nextUs)
  }

  /** An answer of count 0 has been given for a window of this start. */
  hasSaid(startUs: number): boolean {
    if (startUs < this.#firstUs || startUs >= this.#nextUs) return false
    return !this.#gaps.some(([from, to]) => startUs > from && startUs <= to)
  }

  /**
   * Goes on to the watermark.
   *
   * @param occupied starts of windows with samples that are not yet forgotten, ascending
   * @param finalUs windows that end here or before are final
   */
  fill(
    occupied: readonly number[],
    afterUs: number,
    finalUs: number,
    limit: number,
    say: (startUs: number, endUs: number, isGap: boolean) => void,
  ): void {
    // A source that ended before its first watermark and has started again.
    if (afterUs === Number.NEGATIVE_INFINITY) return
    const { windowEnd, nextWindow } = this.#alignment
    // After an end a source may start again, under a watermark that leaves these open.
    if (finalUs !== Number.POSITIVE_INFINITY)
      this.#gaps = this.#gaps.filter(([, lastUs]) => windowEnd(lastUs) > finalUs)
    if (this.#firstUs === Number.NEGATIVE_INFINITY) {
      const [first] = occupied
      if (first === undefined || windowEnd(first) > afterUs) return
      this.#firstUs = first
      this.#nextUs = first
    }
    for (const occupiedUs of occupied) {
      if (occupiedUs < this.#nextUs) continue
      this.#pass(this.#lastBefore(occupiedUs, afterUs), occupiedUs, limit, say)
      if (this.#nextUs !== occupiedUs || windowEnd(occupiedUs) > afterUs) return
      this.#inRow = 0
      this.#isHolding = false
      this.#nextUs = nextWindow(occupiedUs)
    }
    // At the end of the stream nothing says how long the silence after the last sample would have been.
    if (afterUs === Number.POSITIVE_INFINITY) return
    this.#pass(this.#alignment.lastEndingBy(afterUs), undefined, limit, say)
  }

  #lastBefore(occupiedUs: number, afterUs: number): number {
    const lastUs = this.#alignment.previousWindow(occupiedUs)
    if (afterUs === Number.POSITIVE_INFINITY) return lastUs
    return Math.min(lastUs, this.#alignment.lastEndingBy(afterUs))
  }

  /** Speaks for the empty windows from the next one to that of `lastUs`. */
  #pass(
    lastUs: number,
    occupiedUs: number | undefined,
    limit: number,
    say: (startUs: number, endUs: number, isGap: boolean) => void,
  ): void {
    const { windowEnd, nextWindow } = this.#alignment
    for (; this.#nextUs <= lastUs && this.#inRow < limit; this.#inRow++) {
      say(this.#nextUs, windowEnd(this.#nextUs), false)
      this.#nextUs = nextWindow(this.#nextUs)
    }
    if (this.#nextUs > lastUs) return
    const isOver = occupiedUs !== undefined && nextWindow(lastUs) === occupiedUs
    if (this.#isHolding && !isOver) return
    say(this.#nextUs, windowEnd(lastUs), true)
    this.#gaps.push([this.#nextUs, lastUs])
    this.#isHolding = true
    this.#nextUs = nextWindow(lastUs)
  }

  write(): EmptyState {
    return [
      writeInstant(this.#nextUs),
      writeInstant(this.#firstUs),
      this.#inRow,
      this.#isHolding,
      this.#gaps.map(([from, to]): [number, number] => [from, to]),
    ]
  }

  read([next, first, inRow, isHolding, gaps]: EmptyState): void {
    this.#nextUs = readInstant(next)
    this.#firstUs = readInstant(first)
    this.#inRow = inRow
    this.#isHolding = isHolding
    this.#gaps = gaps
  }
}

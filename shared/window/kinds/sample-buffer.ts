import type { SampleValue } from '../../aggregate/params.ts'
import type { Readings } from '../../aggregate/readings.ts'
import { type Column, type ColumnValues, Quality } from '../../frame/frame.ts'
import { firstNotBefore, firstOutOfOrder, orderByTime, reorder, reorderTexts } from './sorted-times.ts'

const NUMBER = 0
const BOOLEAN = 1
const TEXT = 2
type Kind = typeof NUMBER | typeof BOOLEAN | typeof TEXT

/** Most keys hold a frame or two; a larger start would cost more than the samples where there are many keys. */
const CAPACITY_MIN = 16

/**
 * Samples of one key in typed arrays, in event order (time, then arrival) after each `sort`. Values of all kinds
 * share the indexes, so that a key may change its type and still be aggregated in runs.
 *
 * A bad sample (bad quality, NaN, infinite) keeps its time and counts as bad; its value is forgotten.
 */
export class SampleBuffer {
  /** Indexes `first` (inclusive) to `end` (exclusive) are held. */
  first = 0
  end = 0
  timesUs = new Float64Array(CAPACITY_MIN)
  /** The how-manyth sample ever added, from 0: tells what a checkpoint has already. */
  arrivals = new Float64Array(CAPACITY_MIN)
  nextArrival = 0
  /** What is earlier has been removed. */
  liveFromUs = Number.NEGATIVE_INFINITY
  /** How often a sample came that is earlier: a source that had ended has started again. */
  rewinds = 0
  /** Room taken, in samples; a long text takes that of several. */
  weight = 0
  /** Severities; no flags. */
  #quality = new Uint8Array(CAPACITY_MIN)
  #numbers = new Float64Array(CAPACITY_MIN)
  #kinds = new Uint8Array(CAPACITY_MIN)
  /** One bit a kind that has ever been among the values: runs of a kind are looked for only where there are several. */
  #kindsSeen = 0
  /** The booleans and the texts among the values, at their indexes; empty until there is one. */
  #bits = new Uint8Array(0)
  #texts: string[] = []
  #views: (Readings | undefined)[] = []
  /** From here on samples are not in order yet. */
  #sortedTo = 0

  /** Adds sample `index` of a column; its place among the others is found by the next `sort`. */
  add({ column, numbers }: Readings, index: number): void {
    const { timesUs, quality, data } = column
    const timeUs = timesUs[index] as number
    const severity = (quality[index] as number) & Quality.severityMask
    if (data.kind === 'text') this.addValue(timeUs, severity, data.values[index] ?? Number.NaN)
    else if (data.kind === 'number') this.addValue(timeUs, severity, numbers[index] as number)
    else this.addValue(timeUs, severity, data.values[index] !== 0)
  }

  addValue(timeUs: number, severity: number, value: SampleValue): void {
    if (severity >= Quality.bad || (typeof value === 'number' && value - value !== 0)) {
      this.#append(timeUs, Quality.bad, NUMBER, 0)
    } else if (typeof value === 'number') this.#append(timeUs, severity, NUMBER, value)
    else if (typeof value === 'boolean') {
      this.#append(timeUs, severity, BOOLEAN, Number(value))
      this.#bits[this.end - 1] = Number(value)
    } else {
      this.#append(timeUs, severity, TEXT, 0)
      this.#texts[this.end - 1] = value
      this.weight += extraWeightOf(value)
    }
  }

  #append(timeUs: number, severity: number, kind: Kind, number: number): void {
    const index = this.end
    if (timeUs < this.liveFromUs) {
      this.liveFromUs = timeUs + 0
      this.rewinds++
    }
    if (index === this.timesUs.length) this.#resize(index * 2)
    if ((this.#kindsSeen & (1 << kind)) === 0) this.#meet(kind)
    this.timesUs[index] = timeUs + 0
    this.arrivals[index] = this.nextArrival++
    this.#quality[index] = severity
    this.#kinds[index] = kind
    this.#numbers[index] = number + 0
    if (this.#texts.length === index && this.#hasSeen(TEXT)) this.#texts.push('')
    this.end++
    this.weight++
  }

  #hasSeen(kind: Kind): boolean {
    return (this.#kindsSeen & (1 << kind)) !== 0
  }

  #meet(kind: Kind): void {
    this.#kindsSeen |= 1 << kind
    if (kind === BOOLEAN) this.#bits = new Uint8Array(this.timesUs.length)
    if (kind === TEXT) this.#texts = new Array<string>(this.end).fill('')
    this.#views = []
  }

  #resize(capacity: number): void {
    const copy = <A extends Float64Array | Uint8Array>(from: A, to: A): A => {
      to.set(from.subarray(0, this.end))
      return to
    }
    this.timesUs = copy(this.timesUs, new Float64Array(capacity))
    this.arrivals = copy(this.arrivals, new Float64Array(capacity))
    this.#quality = copy(this.#quality, new Uint8Array(capacity))
    this.#numbers = copy(this.#numbers, new Float64Array(capacity))
    this.#kinds = copy(this.#kinds, new Uint8Array(capacity))
    if (this.#hasSeen(BOOLEAN)) this.#bits = copy(this.#bits, new Uint8Array(capacity))
    this.#views = []
  }

  /** Brings what was added since the last call to its place. */
  sort(): void {
    const { timesUs, first, end } = this
    const from = firstOutOfOrder(timesUs, first, this.#sortedTo, end)
    this.#sortedTo = end
    if (from === end) return
    const order = orderByTime(timesUs, from, end)
    for (const array of [timesUs, this.arrivals, this.#quality, this.#numbers, this.#kinds]) {
      reorder(array, order, from)
    }
    if (this.#hasSeen(BOOLEAN)) reorder(this.#bits, order, from)
    if (this.#hasSeen(TEXT)) reorderTexts(this.#texts, order, from)
  }

  /** The end of the run from `from` on, at most `to`, whose values are of one kind. */
  endOfKind(from: number, to: number): number {
    if ((this.#kindsSeen & (this.#kindsSeen - 1)) === 0) return to
    const kind = this.#kinds[from]
    let end = from + 1
    while (end < to && this.#kinds[end] === kind) end++
    return end
  }

  /** A column with the indexes of this buffer that is right where values are of the sample's kind; until the next change. */
  readingsAt(index: number): Readings {
    const kind = this.#kinds[index] as Kind
    const known = this.#views[kind]
    if (known !== undefined) return known
    const column = { tag: '', timesUs: this.timesUs, quality: this.#quality, data: this.#dataOf(kind) }
    const view = { column, numbers: this.#numbers, isPlain: false }
    this.#views[kind] = view
    return view
  }

  #dataOf(kind: Kind): ColumnValues {
    if (kind === NUMBER) return { kind: 'number', values: this.#numbers }
    return kind === BOOLEAN ? { kind: 'boolean', values: this.#bits } : { kind: 'text', values: this.#texts }
  }

  get isEmpty(): boolean {
    return this.first === this.end
  }

  severityAt(index: number): number {
    return this.#quality[index] as number
  }

  isBadAt(index: number): boolean {
    return (this.#quality[index] as number) >= Quality.bad
  }

  /** The value of a sample; 0 for a bad one. */
  valueAt(index: number): SampleValue {
    const kind = this.#kinds[index]
    if (kind === TEXT) return this.#texts[index] as string
    const number = this.#numbers[index] as number
    return kind === BOOLEAN ? number !== 0 : number
  }

  /** Forgets all that is earlier than an instant. The buffer must be sorted. */
  removeBefore(timeUs: number): void {
    if (timeUs <= this.liveFromUs) return
    this.liveFromUs = timeUs
    const from = firstNotBefore(this.timesUs, this.first, this.end, timeUs)
    if (this.#hasSeen(TEXT)) {
      for (let index = this.first; index < from; index++) {
        this.weight -= extraWeightOf(this.#texts[index] as string)
        this.#texts[index] = ''
      }
    }
    this.weight -= from - this.first
    this.first = from
    // Moving the rest to the front only when it is the smaller part keeps the cost of a removal constant on average.
    if (from * 2 >= this.end) this.#compact()
  }

  #compact(): void {
    const { first, end } = this
    for (const array of [
      this.timesUs,
      this.arrivals,
      this.#quality,
      this.#numbers,
      this.#kinds,
      this.#bits,
    ]) {
      array.copyWithin(0, first, end)
    }
    if (this.#hasSeen(TEXT)) this.#texts = this.#texts.slice(first, end)
    this.first = 0
    this.end = end - first
    this.#sortedTo = this.end
    this.#views = []
    const wanted = Math.max(CAPACITY_MIN, this.end * 2)
    if (wanted * 4 <= this.timesUs.length) this.#resize(wanted)
  }
}

/** Whether a sample counts as bad: it is known as a sample and its value is not. */
export function isBad({ column, numbers }: Readings, index: number): boolean {
  if (((column.quality[index] as number) & Quality.severityMask) >= Quality.bad) return true
  if (column.data.kind === 'text') return column.data.values[index] === undefined
  const value = numbers[index] as number
  return value - value !== 0
}

/** The value of a sample that is not bad. */
export function goodValue({ column: { data }, numbers }: Readings, index: number): SampleValue {
  if (data.kind === 'text') return data.values[index] as string
  return data.kind === 'boolean' ? data.values[index] !== 0 : (numbers[index] as number) + 0
}

/** Room that one value takes, in samples. */
export const weightOf = ({ data }: Column, index: number): number =>
  data.kind === 'text' ? 1 + extraWeightOf(data.values[index] ?? '') : 1

/** Sixteen characters take about the room of a sample. */
const extraWeightOf = (text: string): number => text.length >>> 4

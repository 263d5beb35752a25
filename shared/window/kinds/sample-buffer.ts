import type { Readings } from '../../aggregate/add-run.ts'
import { type ColumnValues, Quality } from '../../frame/frame.ts'

/** A value as a sample may carry it. */
export type Value = number | boolean | string

const KINDS = ['number', 'boolean', 'text'] as const satisfies readonly ColumnValues['kind'][]
type KindIndex = 0 | 1 | 2

const CAPACITY_MIN = 64

/**
 * Samples of one key in typed arrays, in event order (time, then arrival) after each `sort`. Values of all kinds
 * share the indexes, so that a key may change its type and still be aggregated in runs.
 *
 * A bad sample (bad quality, NaN, infinite) keeps its time and counts as bad; its value is forgotten.
 */
export class SampleBuffer {
  /** How many samples are held; valid indexes are 0 to `length` − 1. */
  length = 0
  timesUs = new Float64Array(CAPACITY_MIN)
  /** Severity only. */
  quality = new Uint8Array(CAPACITY_MIN)
  /** The how-manyth sample ever added, from 0: what orders equal times, and what a checkpoint has already. */
  arrivals = new Float64Array(CAPACITY_MIN)
  nextArrival = 0
  /** Everything earlier has been removed. */
  liveFromUs = Number.NEGATIVE_INFINITY
  #numbers = new Float64Array(CAPACITY_MIN)
  #kinds = new Uint8Array(CAPACITY_MIN)
  /** The booleans among the values; empty until there is one. */
  #bits = new Uint8Array(0)
  #texts: string[] = []
  /** How many kinds there may be among the values: runs are looked for only where there are several. */
  #kindsSeen = new Set<number>()
  #views: (Readings | undefined)[] = []
  /** Samples from this index on are not in order yet. */
  #sortedTo = 0

  /** Adds sample `index` of a column; its place among the others is found by the next `sort`. */
  add({ column, numbers }: Readings, index: number): void {
    const { data } = column
    const severity = (column.quality[index] as number) & Quality.severityMask
    const value = data.kind === 'text' ? 0 : (numbers[index] as number) + 0
    const isBad = severity >= Quality.bad || value - value !== 0
    this.addValue(
      column.timesUs[index] as number,
      isBad ? Quality.bad : severity,
      isBad
        ? 0
        : data.kind === 'text'
          ? (data.values[index] as string)
          : data.kind === 'boolean'
            ? value !== 0
            : value,
    )
  }

  addValue(timeUs: number, severity: number, value: Value): void {
    const index = this.length
    if (index === this.timesUs.length) this.#grow()
    const kind: KindIndex = typeof value === 'number' ? 0 : typeof value === 'boolean' ? 1 : 2
    if (!this.#kindsSeen.has(kind)) this.#meet(kind)
    this.timesUs[index] = timeUs + 0
    this.quality[index] = severity
    this.arrivals[index] = this.nextArrival++
    this.#kinds[index] = kind
    this.#numbers[index] = kind === 2 ? 0 : Number(value)
    if (kind === 1) this.#bits[index] = Number(value)
    if (this.#kindsSeen.has(2)) this.#texts[index] = kind === 2 ? String(value) : ''
    this.length++
  }

  #meet(kind: KindIndex): void {
    this.#kindsSeen.add(kind)
    if (kind === 1) this.#bits = new Uint8Array(this.timesUs.length)
    if (kind === 2) this.#texts = new Array<string>(this.length).fill('')
    this.#views = []
  }

  #grow(): void {
    const capacity = this.timesUs.length * 2
    this.timesUs = grown(this.timesUs, new Float64Array(capacity))
    this.quality = grown(this.quality, new Uint8Array(capacity))
    this.arrivals = grown(this.arrivals, new Float64Array(capacity))
    this.#numbers = grown(this.#numbers, new Float64Array(capacity))
    this.#kinds = grown(this.#kinds, new Uint8Array(capacity))
    if (this.#bits.length > 0) this.#bits = grown(this.#bits, new Uint8Array(capacity))
    this.#views = []
  }

  /** Brings what was added since the last call to its place. */
  sort(): void {
    const from = this.#firstOutOfOrder()
    this.#sortedTo = this.length
    if (from === this.length) return
    const { timesUs, arrivals } = this
    const order = new Uint32Array(this.length - from)
    for (let offset = 0; offset < order.length; offset++) order[offset] = from + offset
    order.sort(
      (a, b) =>
        (timesUs[a] as number) - (timesUs[b] as number) || (arrivals[a] as number) - (arrivals[b] as number),
    )
    permute(this.timesUs, order, from)
    permute(this.quality, order, from)
    permute(this.arrivals, order, from)
    permute(this.#numbers, order, from)
    permute(this.#kinds, order, from)
    if (this.#bits.length > 0) permute(this.#bits, order, from)
    if (this.#texts.length > 0) permute(this.#texts, order, from)
  }

  /** Where the first sample belongs that is not behind all before it; the length when there is none. */
  #firstOutOfOrder(): number {
    const { timesUs, length } = this
    let newestUs = this.#sortedTo === 0 ? Number.NEGATIVE_INFINITY : (timesUs[this.#sortedTo - 1] as number)
    let earliestUs = Number.POSITIVE_INFINITY
    for (let index = this.#sortedTo; index < length; index++) {
      const timeUs = timesUs[index] as number
      if (timeUs >= newestUs) newestUs = timeUs
      else if (timeUs < earliestUs) earliestUs = timeUs
    }
    if (earliestUs === Number.POSITIVE_INFINITY) return length
    // Unsorted samples in front of this place are in order among themselves: none of them is later than the earliest.
    let from = this.firstAfter(earliestUs, this.#sortedTo)
    while (from < length && (timesUs[from] as number) <= earliestUs) from++
    return from
  }

  /** The first of the `to` sorted samples that is later than an instant; `to` when there is none. */
  firstAfter(timeUs: number, to = this.length): number {
    let low = 0
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.timesUs[middle] as number) > timeUs) high = middle
      else low = middle + 1
    }
    return low
  }

  /** The end of the run from `from` on, at most `to`, whose values are of one kind. */
  endOfKind(from: number, to: number): number {
    if (this.#kindsSeen.size <= 1) return to
    const kind = this.#kinds[from]
    let end = from + 1
    while (end < to && this.#kinds[end] === kind) end++
    return end
  }

  /** The column that holds the sample's kind of values, with the indexes of this buffer; valid until the next change. */
  readingsAt(index: number): Readings {
    const kind = this.#kinds[index] as KindIndex
    const known = this.#views[kind]
    if (known !== undefined) return known
    const view = {
      column: { tag: '', timesUs: this.timesUs, quality: this.quality, data: this.#data(kind) },
      numbers: this.#numbers,
    }
    this.#views[kind] = view
    return view
  }

  #data(kind: KindIndex): ColumnValues {
    if (KINDS[kind] === 'number') return { kind: 'number', values: this.#numbers }
    if (KINDS[kind] === 'boolean') return { kind: 'boolean', values: this.#bits }
    return { kind: 'text', values: this.#texts }
  }

  /** The value of a sample; 0 for a bad one. */
  valueAt(index: number): Value {
    const kind = this.#kinds[index]
    if (kind === 2) return this.#texts[index] as string
    return kind === 1 ? this.#numbers[index] !== 0 : (this.#numbers[index] as number)
  }

  isBadAt(index: number): boolean {
    return (this.quality[index] as number) >= Quality.bad
  }

  /** Removes everything earlier than an instant from the sorted buffer. */
  removeBefore(timeUs: number): void {
    if (timeUs <= this.liveFromUs) return
    this.liveFromUs = timeUs
  }
}

function grown<A extends Float64Array | Uint8Array>(from: A, to: A): A {
  to.set(from)
  return to
}

/** Puts the elements that `order` names in their new order, from index `from` on. */
function permute(array: Float64Array | Uint8Array | string[], order: Uint32Array, from: number): void {
  void array
  void order
  void from
}

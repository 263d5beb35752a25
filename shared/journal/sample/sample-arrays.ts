import type { ChunkColumn } from '../../chunk/chunk.ts'
import type { Column, ColumnValues } from '../../frame/frame.ts'
import { valuesOf } from './column-values.ts'
import { gathered, grown, reordered } from './growing-arrays.ts'

export const KINDS: readonly ColumnValues['kind'][] = ['number', 'boolean', 'text']

/** Samples side by side, as many as there is room for; how many are taken is for their owner to know. */
export class SampleArrays {
  #capacity = 0
  times = new Float64Array()
  lsns = new Float64Array()
  indexes = new Uint32Array()
  qualities = new Uint8Array()
  /** Places in `KINDS`. */
  kinds = new Uint8Array()
  /** Numbers, 0 or 1 for booleans. */
  numbers = new Float64Array()
  texts: (string | undefined)[] = []

  /** Makes room for so many samples. */
  reserve(count: number): void {
    if (count <= this.#capacity) return
    this.#capacity = Math.max(1024, this.#capacity * 2, count)
    this.times = grown(this.times, new Float64Array(this.#capacity))
    this.lsns = grown(this.lsns, new Float64Array(this.#capacity))
    this.indexes = grown(this.indexes, new Uint32Array(this.#capacity))
    this.qualities = grown(this.qualities, new Uint8Array(this.#capacity))
    this.kinds = grown(this.kinds, new Uint8Array(this.#capacity))
    this.numbers = grown(this.numbers, new Float64Array(this.#capacity))
  }

  /** Puts the first samples in order of time, log position and index. */
  sort(count: number): void {
    const { times, lsns, indexes, texts } = this
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
      (a, b) =>
        (times[a] ?? 0) - (times[b] ?? 0) ||
        (lsns[a] ?? 0) - (lsns[b] ?? 0) ||
        (indexes[a] ?? 0) - (indexes[b] ?? 0),
    )
    this.times = reordered(times, order)
    this.lsns = reordered(lsns, order)
    this.indexes = reordered(indexes, order)
    this.qualities = reordered(this.qualities, order)
    this.kinds = reordered(this.kinds, order)
    this.numbers = reordered(this.numbers, order)
    if (texts.length > 0) this.texts = Array.from(order, (from) => texts[from])
  }

  /** Takes numbers or booleans of one column; log positions and indexes are still to be set. */
  setColumn(at: number, { timesUs, quality, data }: Column): void {
    const end = at + timesUs.length
    this.reserve(end)
    this.times.set(timesUs, at)
    this.qualities.set(quality, at)
    this.kinds.fill(KINDS.indexOf(data.kind), at, end)
    if (data.kind !== 'text') this.numbers.set(data.values, at)
  }

  /** Samples of one kind as a column. */
  column(tag: string, start: number, end: number): Column {
    const kind = KINDS[this.kinds[start] ?? 0] ?? 'number'
    return {
      tag,
      timesUs: this.times.slice(start, end),
      quality: this.qualities.slice(start, end),
      data: valuesOf(kind, this.numbers.slice(start, end), (i) => this.texts[start + i]),
    }
  }

  /** Samples of all kinds, one column a kind. */
  chunkColumns(tag: string, start: number, end: number): ChunkColumn[] {
    const first = this.kinds[start] ?? 0
    if (this.kinds.subarray(start, end).every((kind) => kind === first)) {
      const lsns = this.lsns.slice(start, end)
      return [{ column: this.column(tag, start, end), lsns, indexes: this.indexes.slice(start, end) }]
    }
    return KINDS.flatMap((kind, code) => {
      const places: number[] = []
      for (let i = start; i < end; i += 1) if (this.kinds[i] === code) places.push(i)
      return places.length === 0 ? [] : [this.#gatheredColumn(tag, kind, Uint32Array.from(places))]
    })
  }

  #gatheredColumn(tag: string, kind: ColumnValues['kind'], places: Uint32Array): ChunkColumn {
    const column = {
      tag,
      timesUs: gathered(this.times, places),
      quality: gathered(this.qualities, places),
      data: valuesOf(kind, gathered(this.numbers, places), (i) => this.texts[places[i] ?? 0]),
    }
    return { column, lsns: gathered(this.lsns, places), indexes: gathered(this.indexes, places) }
  }
}

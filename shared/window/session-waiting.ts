import type { Readings } from '../aggregate/readings.ts'
import type { Cell } from '../checkpoint/cell.ts'
import type { Bounds } from './engine-bounds.ts'
import { SampleBuffer, weightOf } from './kinds/sample-buffer.ts'
import { SampleCells } from './kinds/sample-cells.ts'
import { firstNotBefore } from './kinds/sorted-times.ts'

/** Samples of one key that wait for the watermark to pass them, so that they take effect in event order. */
export class SessionWaiting {
  readonly #buffer = new SampleBuffer()
  readonly #cells = new SampleCells()
  #oldestUs = Number.POSITIVE_INFINITY

  get isEmpty(): boolean {
    return this.#buffer.isEmpty
  }

  /** Samples before this have taken effect. */
  get appliedUs(): number {
    return this.#buffer.liveFromUs
  }

  /** The watermark that lets the first of them take effect. */
  get dueUs(): number {
    return this.#oldestUs + 1
  }

  /** False when the bounds leave no room. */
  add(readings: Readings, index: number, bounds: Bounds): boolean {
    if (!bounds.tryBuffer(weightOf(readings.column, index))) return false
    this.#buffer.add(readings, index)
    this.#oldestUs = Math.min(this.#oldestUs, readings.column.timesUs[index] as number)
    return true
  }

  /** Hands on, in event order, what the watermark has passed; Infinity passes all. */
  apply(
    watermarkUs: number,
    bounds: Bounds,
    takeRange: (readings: Readings, from: number, to: number) => void,
  ): void {
    const buffer = this.#buffer
    if (buffer.isEmpty || watermarkUs < this.dueUs) return
    buffer.sort()
    const to = firstNotBefore(buffer.timesUs, buffer.first, buffer.end, watermarkUs)
    for (let index = buffer.first; index < to; ) {
      const end = buffer.endOfKind(index, to)
      takeRange(buffer.readingsAt(index), index, end)
      index = end
    }
    const appliedUs =
      watermarkUs === Number.POSITIVE_INFINITY ? (buffer.timesUs[to - 1] as number) + 1 : watermarkUs
    const { weight } = buffer
    buffer.removeBefore(appliedUs)
    bounds.released(weight - buffer.weight)
    this.#findOldest()
  }

  #findOldest(): void {
    const { isEmpty, timesUs, first } = this.#buffer
    this.#oldestUs = isEmpty ? Number.POSITIVE_INFINITY : (timesUs[first] as number)
  }

  takeCells(): Cell[] {
    return this.#cells.take(this.#buffer)
  }

  restore(cells: readonly Cell[], appliedUs: number, bounds: Bounds): void {
    this.#buffer.liveFromUs = appliedUs
    this.#cells.restore(cells, this.#buffer)
    bounds.restored(0, 0, this.#buffer.weight)
    this.#findOldest()
  }
}

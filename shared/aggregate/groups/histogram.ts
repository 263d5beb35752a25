import * as z from 'zod'
import type { Json } from '../../bytes/json.ts'
import { type Group, type GroupType, isGood } from '../group.ts'
import type { Readings } from '../readings.ts'

/** How many values lie below the first bound, from each bound up to the next, and from the last on. */
export class Histogram implements Group {
  readonly bounds: readonly number[]
  readonly counts: number[]

  constructor(bounds: readonly number[], counts: number[]) {
    this.bounds = bounds
    this.counts = counts
  }

  addRun(readings: Readings, from: number, to: number): void {
    if (readings.column.data.kind === 'text') return
    for (let index = from; index < to; index++) {
      if (!isGood(readings, index)) continue
      const slot = this.#slotOf(readings.numbers[index] as number)
      this.counts[slot] = (this.counts[slot] ?? 0) + 1
    }
  }

  /** How many bounds are at or below the value. */
  #slotOf(value: number): number {
    let low = 0
    let high = this.bounds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.bounds[middle] as number) <= value) low = middle + 1
      else high = middle
    }
    return low
  }

  write(): Json {
    return [...this.counts]
  }
}

export function histogramType(bounds: readonly number[]): GroupType<Histogram> {
  const size = bounds.length + 1
  const State = z.array(z.number()).length(size)
  return {
    key: `histogram:${bounds.join(',')}`,
    create: () => new Histogram(bounds, new Array(size).fill(0)),
    merge: (earlier, later) =>
      new Histogram(
        bounds,
        earlier.counts.map((count, slot) => count + (later.counts[slot] ?? 0)),
      ),
    read: (state) => new Histogram(bounds, State.parse(state)),
  }
}

import type { Json } from '../../bytes/json.ts'
import type { WindowBounds } from '../answer.ts'
import type { Group } from '../group.ts'
import { sampleValue } from '../last-sample.ts'
import type { Readings } from '../readings.ts'
import { isSample } from './first.ts'
import type { PairSum, TimedValue } from './pair-sums.ts'
import { extend, type Segment, writeSegment } from './segment.ts'

/**
 * So many samples a window keeps in event order, so that one may still arrive between them: 5 kB of a checkpoint.
 * Beyond, the older half becomes a segment of which only sums are left. A sample that is older than its end is
 * displaced: counted, but without effect on aggregates in event order.
 */
export const ORDERED_SAMPLES_MAX = 256

/** What aggregates in event order share: the newest samples, and what the older ones came to. */
export class Ordered implements Group {
  readonly pairSums: readonly PairSum[]
  /** What lies before the samples that are kept one by one. */
  head: Segment | undefined
  /** In event order: by time, then by arrival. */
  samples: TimedValue[] = []
  displacedCount = 0

  constructor(pairSums: readonly PairSum[]) {
    this.pairSums = pairSums
  }

  addRun(readings: Readings, from: number, to: number): void {
    const { column } = readings
    for (let index = from; index < to; index++) {
      if (isSample(readings, index))
        this.add({ timeUs: (column.timesUs[index] as number) + 0, value: sampleValue(column, index) })
    }
  }

  add(sample: TimedValue): void {
    const { samples } = this
    if (this.head !== undefined && sample.timeUs < this.head.last.timeUs) {
      this.displacedCount++
      return
    }
    const newest = samples.at(-1)
    if (newest === undefined || newest.timeUs <= sample.timeUs) samples.push(sample)
    else samples.splice(indexAfter(samples, sample.timeUs), 0, sample)
    this.shrink()
  }

  shrink(): void {
    while (this.samples.length > ORDERED_SAMPLES_MAX)
      this.head = extend(this.head, this.samples.splice(0, ORDERED_SAMPLES_MAX / 2), this.pairSums)
  }

  /** One of the sums over all of a window: from the carried value to the end. */
  sumsOf(pairSum: PairSum, { startUs, endUs, carryIn }: WindowBounds): readonly number[] {
    const { head, samples } = this
    const index = this.pairSums.findIndex(({ key }) => key === pairSum.key)
    const sums = [...(head?.sums[index] ?? new Array<number>(pairSum.size).fill(0))]
    const first = head?.first ?? samples[0]
    if (carryIn !== undefined && first !== undefined) pairSum.addPair(sums, carryIn, first, startUs)
    let before = head?.last
    for (const sample of samples) {
      if (before !== undefined) pairSum.addPair(sums, before, sample, startUs)
      before = sample
    }
    const last = before ?? carryIn
    if (last !== undefined) pairSum.addTail(sums, last, startUs, endUs)
    return sums
  }

  write(): Json {
    let beforeUs = 0
    const timesUs = this.samples.map(({ timeUs }) => {
      const stepUs = timeUs - beforeUs
      beforeUs = timeUs
      return stepUs
    })
    return [
      this.displacedCount,
      this.head === undefined ? null : writeSegment(this.head),
      timesUs,
      this.samples.map(({ value }) => value),
    ]
  }
}

/** First index whose sample is later. */
function indexAfter(samples: readonly TimedValue[], timeUs: number): number {
  let low = 0
  let high = samples.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((samples[middle] as TimedValue).timeUs <= timeUs) low = middle + 1
    else high = middle
  }
  return low
}

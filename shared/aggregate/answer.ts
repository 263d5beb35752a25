import type { Json } from '../bytes/json.ts'
import type { SampleValue } from './params.ts'
import type { Readings } from './readings.ts'

/** What an aggregate answers; null where there is no value, or none that a double can hold. */
export type AggregateValue = SampleValue | null | HistogramValue

export interface HistogramValue {
  readonly bounds: readonly number[]
  /** One more than bounds: below the first bound, from each bound up to the next, and from the last on. */
  readonly counts: readonly number[]
}

/** By the names of the specs, in their order. */
export type AggregateAnswer = Readonly<Record<string, AggregateValue>>

/** Where a window lies, and the last good sample before it. */
export interface WindowBounds {
  readonly startUs: number
  readonly endUs: number
  /** Holds into the window: aggregates over time, changes and counters begin with it. */
  readonly carryIn?: { readonly timeUs: number; readonly value: SampleValue }
}

/**
 * What one window knows of its samples. It is the same whatever the batches they came in.
 */
export interface Accumulator {
  /** Samples that entered: neither bad, nor NaN or infinite. */
  readonly count: number
  readonly bad: number
  readonly uncertain: number
  /** -Infinity while there is no sample. */
  readonly lastTimeUs: number
  /** The value of the latest time; of several, the one that arrived last. */
  readonly last: SampleValue | null
  /**
   * Samples that came when their place in event order was only a sum: they are in `count`, but have no effect on
   * aggregates in event order.
   */
  readonly displaced: number
  /**
   * Adds the samples `from` (inclusive) to `to` (exclusive) of a column, in order of arrival. Quarantined samples
   * must not be in the run.
   */
  addRun(readings: Readings, from: number, to: number): void
  values(bounds: WindowBounds): AggregateAnswer
  /** A small JSON value, from which `read` of an equal plan makes the same accumulator, bit for bit. */
  write(): Json
}

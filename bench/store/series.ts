import type { ColumnValues } from '../../shared/frame/frame.ts'

export type Kind = ColumnValues['kind']

/** Times and values of one tag, in one order. */
export interface Samples {
  readonly timesUs: Float64Array
  readonly data: ColumnValues
}

/** What a store must keep durably at once. */
export interface Batch extends Samples {
  readonly tag: string
  /** How many samples of the same time came before: with it, SQL has a key and Genba's order. */
  readonly sequences: Uint32Array
}

/**
 * Samples of one tag in order of arrival. They are made as they are asked for, so that the memory of a process is that
 * of its store.
 */
export interface Series {
  readonly name: string
  readonly tag: string
  readonly kind: Kind
  readonly sampleCount: number
  /** Times never go back from one sample to the next. */
  readonly isInOrder: boolean
  timeUsAt(index: number): number
  batches(): Iterable<Batch>
}

export const BATCH_SAMPLES = 1_000

/** A part of a series by time; an open end is undefined. */
export interface TimeRange {
  readonly fromUs: number | undefined
  readonly toUs: number | undefined
}

/** All samples as any store must answer them: by time, samples of one time in order of arrival. */
export function* inTimeOrder(series: Series): Iterable<Samples> {
  if (series.isInOrder) return yield* series.batches()
  const batches = [...series.batches()]
  const timesUs = batches.flatMap((batch) => [...batch.timesUs])
  const values = batches.flatMap(({ data }): (number | string)[] => [...data.values])
  const order = [...timesUs.keys()].sort((a, b) => (timesUs[a] as number) - (timesUs[b] as number))
  yield {
    timesUs: Float64Array.from(order, (index) => timesUs[index] as number),
    data: toValues(
      series.kind,
      order.map((index) => values[index]),
    ),
  }
}

/** @param values numbers, or texts where the kind is text */
export function toValues(kind: Kind, values: readonly unknown[]): ColumnValues {
  if (kind === 'number') return { kind, values: Float64Array.from(values as readonly number[]) }
  if (kind === 'boolean') return { kind, values: Uint8Array.from(values as readonly number[]) }
  return { kind, values: values as readonly string[] }
}

/** Consecutive ranges that hold a tenth of the samples each, together all of them. */
export function tenthsOf({ sampleCount, timeUsAt }: Series): TimeRange[] {
  const bounds = Array.from({ length: 11 }, (_, tenth) =>
    tenth === 0 || tenth === 10 ? undefined : timeUsAt(Math.floor((sampleCount * tenth) / 10)),
  )
  return bounds.slice(1).map((toUs, index) => ({ fromUs: bounds[index], toUs }))
}

import type { Column } from '../frame/frame.ts'
import type { Moments } from './moments.ts'

/** A sample is the latest so far. */
export function keepLast(moments: Moments, column: Column, index: number): void {
  moments.lastTimeUs = (column.timesUs[index] as number) + 0
  moments.last = sampleValue(column, index)
}

/** The value of a sample with its own type; negative zero is zero. */
export function sampleValue({ data }: Column, index: number): number | boolean | string {
  if (data.kind === 'number') return (data.values[index] as number) + 0
  return data.kind === 'boolean' ? data.values[index] !== 0 : (data.values[index] as string)
}

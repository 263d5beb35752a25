import type { Column } from '../frame/frame.ts'

/** A column with its numbers in one kind of array, so that one loop compiled once serves them. */
export interface Readings {
  readonly column: Column
  /** Booleans as 0 and 1; empty for texts. */
  readonly numbers: Float64Array
  /** All samples are known to be of good quality, without a flag, and in order of time. */
  readonly isPlain: boolean
}

const NO_NUMBERS = new Float64Array(0)

/** @param isPlain what is known of the column; false when nobody has looked at it */
export function readingsOf(column: Column, isPlain = false): Readings {
  const { data } = column
  if (data.kind === 'number') return { column, numbers: data.values, isPlain }
  const numbers = data.kind === 'boolean' ? Float64Array.from(data.values) : NO_NUMBERS
  return { column, numbers, isPlain }
}

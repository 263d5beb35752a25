import { type Column, Quality } from '../frame/frame.ts'
import type { Aggregate } from './aggregate.ts'
import { factorOf, type Level, levelOf, limitOf, rescaleM2, rescaleMean } from './scale.ts'

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

/**
 * Adds the samples `from` (inclusive) to `to` (exclusive) of a column. Bad quality, NaN and infinities are counted
 * as bad and enter nothing else. Quarantined samples must not be in the run.
 */
export function addRun(aggregate: Aggregate, readings: Readings, from: number, to: number): void {
  if (readings.column.data.kind === 'text')
    addTexts(aggregate, readings.column, readings.column.data.values, from, to)
  else addNumbers(aggregate, readings, from, to)
}

/** One pass in order of arrival, sample by sample: adding by blocks would be faster, but make the last bits depend on the blocks. */
function addNumbers(aggregate: Aggregate, { column, numbers }: Readings, from: number, to: number): void {
  const { timesUs, quality } = column
  let { count, bad, uncertain, mean, m2, min, max, lastTimeUs } = aggregate
  let numberCount = count - aggregate.textCount
  let level: Level = aggregate.level
  let factor = factorOf(level)
  let limit = limitOf(level)
  let lastIndex = -1
  for (let index = from; index < to; index++) {
    const severity = (quality[index] as number) & Quality.severityMask
    const value = (numbers[index] as number) + 0
    // Only a finite number less itself is zero.
    if (severity >= Quality.bad || value - value !== 0) {
      bad++
      continue
    }
    uncertain += severity
    count++
    numberCount++
    if (value < min) min = value
    if (value > max) max = value
    if (value > limit || value < -limit) {
      const higher = levelOf(Math.abs(value))
      mean = rescaleMean(mean, level, higher)
      m2 = rescaleM2(m2, level, higher)
      level = higher
      factor = factorOf(level)
      limit = limitOf(level)
    }
    const scaled = value * factor
    const delta = scaled - mean
    mean += delta / numberCount
    m2 += delta * (scaled - mean)
    if ((timesUs[index] as number) >= lastTimeUs) {
      lastTimeUs = timesUs[index] as number
      lastIndex = index
    }
  }
  aggregate.count = count
  aggregate.bad = bad
  aggregate.uncertain = uncertain
  aggregate.level = level
  aggregate.mean = mean
  aggregate.m2 = m2
  aggregate.min = min
  aggregate.max = max
  if (lastIndex >= 0) keepLast(aggregate, column, lastIndex)
}

function addTexts(
  aggregate: Aggregate,
  column: Column,
  texts: readonly string[],
  from: number,
  to: number,
): void {
  for (let index = from; index < to; index++) {
    const severity = (column.quality[index] as number) & Quality.severityMask
    if (severity >= Quality.bad || texts[index] === undefined) {
      aggregate.bad++
      continue
    }
    aggregate.count++
    aggregate.textCount++
    aggregate.uncertain += severity
    if ((column.timesUs[index] as number) >= aggregate.lastTimeUs) keepLast(aggregate, column, index)
  }
}

function keepLast(aggregate: Aggregate, { timesUs, data }: Column, index: number): void {
  aggregate.lastTimeUs = (timesUs[index] as number) + 0
  if (data.kind === 'number') aggregate.last = (data.values[index] as number) + 0
  else if (data.kind === 'boolean') aggregate.last = data.values[index] !== 0
  else aggregate.last = data.values[index] as string
}

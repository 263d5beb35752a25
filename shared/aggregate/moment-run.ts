import { type Column, Quality } from '../frame/frame.ts'
import { addExact } from './exact-sum.ts'
import { keepLast } from './last-sample.ts'
import { type Moments, raiseLevel } from './moments.ts'
import { addPlain } from './plain-run.ts'
import type { Readings } from './readings.ts'
import { factorOf, levelOf, limitOf } from './scale.ts'

/** Adds a run of any kind; bad quality, NaN and infinities are counted as bad and enter nothing else. */
export function addMoments(moments: Moments, readings: Readings, from: number, to: number): void {
  if (readings.column.data.kind === 'text') {
    addTexts(moments, readings.column, readings.column.data.values, from, to)
    return
  }
  if (moments.count === moments.textCount) {
    moments.pivot = firstNumber(readings, from, to)
    moments.level = levelOf(Math.abs(moments.pivot))
  }
  if (readings.isPlain && addPlain(moments, readings, from, to)) return
  for (let next = from; ; ) {
    next = addNumbers(moments, readings, next, to)
    if (next === to) return
    raiseLevel(moments, levelOf(Math.abs(readings.numbers[next] as number)))
  }
}

function firstNumber({ column, numbers }: Readings, from: number, to: number): number {
  for (let index = from; index < to; index++) {
    const severity = (column.quality[index] as number) & Quality.severityMask
    const value = numbers[index] as number
    if (severity < Quality.bad && Number.isFinite(value)) return value + 0
  }
  return 0
}

/**
 * One pass in order of arrival, sample by sample: adding by blocks would be faster, but make the last bits depend on
 * the blocks. The sum is exact and the squares are compensated, with no division as in Welford's loop.
 *
 * @returns the index of the first value that needs a higher level, otherwise `to`
 */
function addNumbers(moments: Moments, { column, numbers }: Readings, from: number, to: number): number {
  const { timesUs, quality } = column
  let { count, bad, uncertain, min, max, lastTimeUs, high, low, squares, squaresLow } = moments
  const factor = factorOf(moments.level)
  const limit = limitOf(moments.level)
  const pivot = moments.pivot * factor
  let lastIndex = -1
  let index = from
  for (; index < to; index++) {
    const severity = (quality[index] as number) & Quality.severityMask
    const value = (numbers[index] as number) + 0
    // Only a finite number less itself is zero.
    if (severity >= Quality.bad || value - value !== 0) {
      bad++
      continue
    }
    if (value > limit || value < -limit) break
    uncertain += severity
    count++
    if (value < min) min = value
    if (value > max) max = value
    const sum = high + value
    const sumShare = sum - high
    const error = high - (sum - sumShare) + (value - sumShare)
    const errorSum = low + error
    const errorShare = errorSum - low
    // Not zero either where the sum overflows: it is no number then.
    if (low - (errorSum - errorShare) + (error - errorShare) === 0) {
      high = sum
      low = errorSum
    } else {
      moments.high = high
      moments.low = low
      addExact(moments, value)
      high = moments.high
      low = moments.low
    }
    const deviation = value * factor - pivot
    const square = deviation * deviation
    const squareSum = squares + square
    const squareShare = squareSum - squares
    squaresLow += squares - (squareSum - squareShare) + (square - squareShare)
    squares = squareSum
    if ((timesUs[index] as number) >= lastTimeUs) {
      lastTimeUs = timesUs[index] as number
      lastIndex = index
    }
  }
  moments.count = count
  moments.bad = bad
  moments.uncertain = uncertain
  moments.min = min
  moments.max = max
  moments.high = high
  moments.low = low
  moments.squares = squares
  moments.squaresLow = squaresLow
  if (lastIndex >= 0) keepLast(moments, column, lastIndex)
  return index
}

/** Counts and the latest value alone, for plans that ask no moments. */
export function addTally(moments: Moments, { column, numbers }: Readings, from: number, to: number): void {
  const { timesUs, quality, data } = column
  if (data.kind === 'text') {
    addTexts(moments, column, data.values, from, to)
    return
  }
  let { count, bad, uncertain, lastTimeUs } = moments
  let lastIndex = -1
  for (let index = from; index < to; index++) {
    const severity = (quality[index] as number) & Quality.severityMask
    const value = numbers[index] as number
    if (severity >= Quality.bad || value - value !== 0) {
      bad++
      continue
    }
    uncertain += severity
    count++
    if ((timesUs[index] as number) >= lastTimeUs) {
      lastTimeUs = timesUs[index] as number
      lastIndex = index
    }
  }
  moments.count = count
  moments.bad = bad
  moments.uncertain = uncertain
  if (lastIndex >= 0) keepLast(moments, column, lastIndex)
}

function addTexts(
  moments: Moments,
  column: Column,
  texts: readonly string[],
  from: number,
  to: number,
): void {
  for (let index = from; index < to; index++) {
    const severity = (column.quality[index] as number) & Quality.severityMask
    if (severity >= Quality.bad || texts[index] === undefined) {
      moments.bad++
      continue
    }
    moments.count++
    moments.textCount++
    moments.uncertain += severity
    if ((column.timesUs[index] as number) >= moments.lastTimeUs) keepLast(moments, column, index)
  }
}

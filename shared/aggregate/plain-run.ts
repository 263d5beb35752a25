import { keepLast } from './last-sample.ts'
import type { Moments } from './moments.ts'
import type { Readings } from './readings.ts'
import { limitOf } from './scale.ts'

/** The level of machine data, at which values are not scaled. */
const LEVEL = 1
const LIMIT = limitOf(LEVEL)

/**
 * The loop of `addNumbers` for samples of which all are good and in order of time, to the same bits: without a look at
 * quality and time it is twice as fast. It gives up where two doubles cannot hold the sum, which is also so for NaN
 * and infinities, or where values need another level.
 *
 * @returns false when it gave up and nothing has changed
 */
export function addPlain(moments: Moments, { column, numbers }: Readings, from: number, to: number): boolean {
  if (moments.level !== LEVEL) return false
  let { min, max, high, low, squares, squaresLow } = moments
  const { pivot } = moments
  for (let index = from; index < to; index++) {
    const value = numbers[index] as number
    if (value < min) min = value
    if (value > max) max = value
    const sum = high + value
    const sumShare = sum - high
    const error = high - (sum - sumShare) + (value - sumShare)
    const errorSum = low + error
    const errorShare = errorSum - low
    if (low - (errorSum - errorShare) + (error - errorShare) !== 0) return false
    high = sum
    low = errorSum
    const deviation = value - pivot
    const square = deviation * deviation
    const squareSum = squares + square
    const squareShare = squareSum - squares
    squaresLow += squares - (squareSum - squareShare) + (square - squareShare)
    squares = squareSum
  }
  if (max > LIMIT || min < -LIMIT) return false
  moments.count += to - from
  moments.min = min + 0
  moments.max = max + 0
  moments.high = high
  moments.low = low
  moments.squares = squares
  moments.squaresLow = squaresLow
  // In order of time the last is the latest, and of equal times it arrived last.
  if ((column.timesUs[to - 1] as number) >= moments.lastTimeUs) keepLast(moments, column, to - 1)
  return true
}

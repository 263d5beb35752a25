import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { EXPONENT_MAX } from '../frame/decimals.ts'
import { decodeNumbers, encodeNumbers } from '../frame/numbers.ts'
import { NO_EXPONENT } from './format.ts'
import { readPredicted, WHOLE_MAX, writePredicted } from './integer-streams.ts'
import { type Means, predictExtremes, predictFirst, predictLast, wholeAt } from './predictions.ts'

/** First, last, least and largest value of each cell, in this order. */
export type Values = readonly [first: Float64Array, last: Float64Array, min: Float64Array, max: Float64Array]

/**
 * Writes the four as whole numbers over one power of ten, less what the means and those before tell of them. What are
 * no decimals goes through the codec of samples, array by array.
 */
export function writeValues(writer: ByteWriter, values: Values, means: Means): void {
  const exponent = commonExponent(values)
  writer.u8(exponent ?? NO_EXPONENT)
  if (exponent === undefined) {
    for (const array of values) encodeNumbers(writer, array)
    return
  }
  const power = 10 ** exponent
  const [first, last, min, max] = values.map((array) => array.map((value) => wholeAt(value, power))) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const extremes = predictExtremes(means, power, first, last)
  writePredicted(writer, first, predictFirst(means, power))
  writePredicted(writer, last, predictLast(means, power, first))
  writePredicted(writer, min, extremes.min)
  writePredicted(writer, max, extremes.max)
}

/** Fills the four arrays. */
export function readValues(reader: ByteReader, [first, last, min, max]: Values, means: Means): void {
  const exponent = reader.u8()
  if (exponent === NO_EXPONENT) {
    for (const array of [first, last, min, max]) array.set(decodeNumbers(reader, array.length))
    return
  }
  if (exponent > EXPONENT_MAX) throw reader.error(`has decimals of ${exponent} places`)
  const power = 10 ** exponent
  const extremes = predictExtremes(means, power, first, last)
  readPredicted(reader, first, predictFirst(means, power))
  readPredicted(reader, last, predictLast(means, power, first))
  readPredicted(reader, min, extremes.min)
  readPredicted(reader, max, extremes.max)
  for (let at = 0; at < first.length; at++) {
    first[at] = (first[at] as number) / power
    last[at] = (last[at] as number) / power
    min[at] = (min[at] as number) / power
    max[at] = (max[at] as number) / power
  }
}

/** The least power of ten at which every one of the values is a whole number; undefined when none is. */
function commonExponent(values: Values): number | undefined {
  let exponent = 0
  for (const array of values) {
    for (let i = 0; i < array.length; i++) {
      while (!isWholeAt(array[i] as number, 10 ** exponent)) {
        exponent += 1
        if (exponent > EXPONENT_MAX) return undefined
      }
    }
  }
  // What was whole with fewer places may be too large with more.
  const power = 10 ** exponent
  return values.every((array) => array.every((value) => isWholeAt(value, power))) ? exponent : undefined
}

function isWholeAt(value: number, power: number): boolean {
  const whole = wholeAt(value, power)
  return Math.abs(whole) <= WHOLE_MAX && Object.is(whole / power, value)
}

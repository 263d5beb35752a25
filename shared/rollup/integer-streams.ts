import type { ByteReader } from '../bytes/reader.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { decodeIntegers, encodeIntegers } from '../frame/integers.ts'
import { ROLLUP_CELLS_MAX } from './limits.ts'

// Used and emptied within one call.
const scratch = new ByteWriter(1 << 12)

/** Numbers up to this always lie near enough together for the codec. */
export const WHOLE_MAX = 2 ** 49

/** Writes whole numbers within ±`WHOLE_MAX`, at least one. */
export function writeIntegers(writer: ByteWriter, numbers: Float64Array): void {
  if (!tryIntegers(writer, numbers)) throw new RangeError(`whole numbers over ${WHOLE_MAX} in a rollup`)
}

/** False, having written nothing, when the numbers lie too far apart. */
function tryIntegers(writer: ByteWriter, numbers: Float64Array): boolean {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number
    if (number < least) least = number
    if (number > most) most = number
  }
  return encodeIntegers(writer, { numbers, count: numbers.length, least, most })
}

const room = new Float64Array(ROLLUP_CELLS_MAX)

/** Whole numbers in memory that the next call takes again, for up to `ROLLUP_CELLS_MAX` of them. */
export function readIntegers(reader: ByteReader, count: number): Float64Array {
  const numbers = room.subarray(0, count)
  decodeIntegers(reader, numbers)
  return numbers
}

/** What the number at a place should be, from what a reader knows by then: also all numbers before that place. */
export type Prediction = (at: number) => number

/** Ways to predict the same numbers; their places are part of the format. */
export type Predictions = readonly Prediction[]

export const NOTHING: Prediction = () => 0

/** Writes whole numbers as above less the prediction that leaves least, after its place; one of them is `NOTHING`. */
export function writePredicted(writer: ByteWriter, numbers: Float64Array, predictions: Predictions): void {
  let best: Uint8Array = new Uint8Array()
  predictions.forEach((predict, way) => {
    const residuals = lessPrediction(numbers, predict)
    if (residuals === undefined) return
    scratch.clear()
    scratch.u8(way)
    if (!tryIntegers(scratch, residuals)) return
    if (best.length === 0 || scratch.length < best.length) best = scratch.finish()
  })
  writer.bytes(best)
}

/** Undefined where a prediction is so far off that digits are lost. */
function lessPrediction(numbers: Float64Array, predict: Prediction): Float64Array | undefined {
  const residuals = new Float64Array(numbers.length)
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number
    const predicted = predict(at)
    const residual = number - predicted
    if (!(Math.abs(residual) <= WHOLE_MAX) || residual + predicted !== number) return undefined
    residuals[at] = residual
  }
  return residuals
}

/** Fills `numbers`, which the predictions may look at: a place is read after all before it. */
export function readPredicted(reader: ByteReader, numbers: Float64Array, predictions: Predictions): void {
  const predict = predictions[reader.u8()]
  if (predict === undefined) throw reader.error('has numbers less an unknown prediction')
  decodeIntegers(reader, numbers)
  if (predict === NOTHING) return
  for (let at = 0; at < numbers.length; at++) numbers[at] = (numbers[at] as number) + predict(at)
}

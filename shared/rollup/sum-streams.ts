import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { EXPONENT_MAX, findExponent } from '../frame/decimals.ts'
import { decodeNumbers, encodeNumbers } from '../frame/numbers.ts'
import { NO_EXPONENT, SumPacking } from './format.ts'
import {
  NOTHING,
  type Predictions,
  readIntegers,
  readPredicted,
  WHOLE_MAX,
  writeIntegers,
  writePredicted,
} from './integer-streams.ts'
import { wholeAt } from './predictions.ts'
import { settleSum } from './sum.ts'

export interface Sums {
  readonly sum: Float64Array
  readonly sumLow: Float64Array
}

/** Doubles are multiples of 2^-1074; nearer to it the powers of two themselves are no longer exact. */
const BINARY_PLACES_MAX = 1000

/**
 * Sums of decimals are a decimal and the dust of its terms: a whole number over a power of ten, and one over a power of
 * two that mostly takes a byte where the second double of the sum would take eight.
 *
 * @param values some of those that were added: how many decimal places they have
 */
export function writeSums(writer: ByteWriter, sums: Sums, count: Uint32Array, values: Float64Array): void {
  const exponent = findExponent(values)
  const bases = exponent === undefined ? undefined : sums.sum.map((sum) => wholeAt(sum, 10 ** exponent))
  const isBased = bases?.every((base) => Math.abs(base) <= WHOLE_MAX) ?? true
  const dust = isBased ? dustOf(sums, bases, 10 ** (exponent ?? 0)) : undefined
  const places = dust === undefined ? undefined : binaryPlaces(dust)
  if (dust === undefined || places === undefined) {
    writer.u8(SumPacking.numbers)
    encodeNumbers(writer, sums.sum)
    encodeNumbers(writer, sums.sumLow)
    return
  }
  writer.u8(SumPacking.based)
  writer.u8(exponent ?? NO_EXPONENT)
  if (bases !== undefined) writePredicted(writer, bases, predictSums(bases, count))
  writer.varint(places)
  writeIntegers(
    writer,
    dust.map((each) => each * 2 ** places),
  )
}

/** Fills both arrays of `sums`. */
export function readSums(reader: ByteReader, sums: Sums, count: Uint32Array): void {
  const packing = reader.u8()
  if (packing === SumPacking.numbers) {
    sums.sum.set(decodeNumbers(reader, count.length))
    sums.sumLow.set(decodeNumbers(reader, count.length))
    return
  }
  if (packing !== SumPacking.based) throw reader.error(`has sums packed in the unknown way ${packing}`)
  const exponent = reader.u8()
  if (exponent > EXPONENT_MAX && exponent !== NO_EXPONENT)
    throw reader.error(`has sums of ${exponent} places`)
  // In their place, until the dust comes to them.
  const bases = sums.sum
  if (exponent === NO_EXPONENT) bases.fill(0)
  else readPredicted(reader, bases, predictSums(bases, count))
  const power = exponent === NO_EXPONENT ? 1 : 10 ** exponent
  const unit = 2 ** -reader.varint(BINARY_PLACES_MAX)
  const dust = readIntegers(reader, count.length)
  for (let at = 0; at < dust.length; at++) {
    settleSum(sums, at, (bases[at] as number) / power, (dust[at] as number) * unit)
  }
}

/** The second way is the mean of the cell before, for cells that differ in their counts. */
const predictSums = (sums: Float64Array, count: Uint32Array): Predictions => [
  NOTHING,
  (at) =>
    at === 0
      ? 0
      : Math.round(((sums[at - 1] as number) * (count[at] as number)) / (count[at - 1] as number)) + 0,
]

/** What the sums are above their bases; undefined where base and dust do not give back both doubles. */
function dustOf(
  { sum, sumLow }: Sums,
  bases: Float64Array | undefined,
  power: number,
): Float64Array | undefined {
  const dust = new Float64Array(sum.length)
  const again = { sum: new Float64Array(1), sumLow: new Float64Array(1) }
  for (let i = 0; i < sum.length; i++) {
    const base = bases === undefined ? 0 : (bases[i] as number) / power
    const above = (sum[i] as number) - base + (sumLow[i] as number) + 0
    settleSum(again, 0, base, above)
    if (!Object.is(again.sum[0], sum[i]) || !Object.is(again.sumLow[0], sumLow[i])) return undefined
    dust[i] = above
  }
  return dust
}

/** The least number of binary places at which all are whole; undefined when some are too large then, or NaN. */
function binaryPlaces(values: Float64Array): number | undefined {
  let places = 0
  for (let i = 0; i < values.length; i++) {
    while (places <= BINARY_PLACES_MAX && !Number.isInteger((values[i] as number) * 2 ** places)) places += 1
  }
  if (places > BINARY_PLACES_MAX) return undefined
  return values.every((value) => Math.abs(value) * 2 ** places <= WHOLE_MAX) ? places : undefined
}

import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { addPatch, createPatches, NEAR, readPatches, ulpsAbove, wordsOf, writePatches } from './doubles.ts'
import { decodeIntegers, encodeIntegers, type Integers } from './integers.ts'

/**
 * Doubles that were written as decimals, as whole numbers times a power of ten: `n / 10^e` is correctly rounded,
 * so it gives back the very double that the decimal text means. What it does not give back is patched (the
 * method of ALP, Afroozeh and Boncz, SIGMOD 2024, with near misses added).
 */
export const EXPONENT_MAX = 15
const POWERS = Float64Array.from({ length: EXPONENT_MAX + 1 }, (_, exponent) => 10 ** exponent)

const MOST = Number.MAX_SAFE_INTEGER

/** Values looked at to choose the exponent. */
const LOOKED_AT = 32

/** Places spread by it are even and have no period, which a signal's own period could meet. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/** Bits that one more decimal place costs in each value, a near miss, and a value stored whole. */
const PLACE_BITS = Math.log2(10)
const NEAR_BITS = 18
const WHOLE_BITS = 76

/** A near miss says something up to 13 digits only: with 15 every double lies near some decimal. */
const NEAR_NUMBER_MAX = 1e13

/** With more than this share of values stored whole, other encodings do better. */
const WHOLE_SHARE_MAX = 0.4

const exactAt = new Int32Array(LOOKED_AT)
const nearAt = new Int32Array(LOOKED_AT)
const patches = createPatches()
let scaled = new Float64Array(8192)

/**
 * The exponent at which the values are cheapest, judged by some of them; undefined when they are no decimals.
 */
export function findExponent(values: Float64Array): number | undefined {
  const count = Math.min(values.length, LOOKED_AT)
  for (let i = 0; i < count; i++) {
    const share = count === values.length ? i / count : (i * GOLDEN_RATIO) % 1
    lookAt(values[Math.floor(share * values.length)] as number, i)
  }
  let cheapest: number | undefined
  let cheapestBits = Number.POSITIVE_INFINITY
  for (let exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
    let bits = count * exponent * PLACE_BITS
    let whole = 0
    for (let i = 0; i < count; i++) {
      if ((exactAt[i] as number) <= exponent) continue
      if ((nearAt[i] as number) <= exponent) bits += NEAR_BITS
      else whole += 1
    }
    bits += whole * WHOLE_BITS
    if (whole <= count * WHOLE_SHARE_MAX && bits < cheapestBits) {
      cheapest = exponent
      cheapestBits = bits
    }
  }
  return cheapest
}

/** Notes the least exponents at which a value is met exactly and nearly. */
function lookAt(value: number, index: number): void {
  exactAt[index] = EXPONENT_MAX + 1
  nearAt[index] = EXPONENT_MAX + 1
  for (let exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
    const power = POWERS[exponent] as number
    const number = Math.round(value * power)
    if (!(Math.abs(number) <= MOST)) return
    const distance = Math.abs(number / power - value)
    if (distance === 0) {
      exactAt[index] = exponent
      return
    }
    if (distance > Math.abs(value) * NEAR || Math.abs(number) > NEAR_NUMBER_MAX) continue
    if (exponent < (nearAt[index] as number)) nearAt[index] = exponent
  }
}

/**
 * Writes whole numbers, then patches if there are any. Returns how many patches that were, or undefined, having
 * written nothing, when the values spread too far for whole numbers.
 */
export function encodeDecimals(
  writer: ByteWriter,
  values: Float64Array,
  exponent: number,
): number | undefined {
  if (!encodeIntegers(writer, scale(values, exponent))) return undefined
  if (patches.count > 0) writePatches(writer, patches, values)
  return patches.count
}

export function decodeDecimals(
  reader: ByteReader,
  values: Float64Array,
  exponent: number,
  patched: boolean,
): void {
  decodeIntegers(reader, values)
  const power = POWERS[exponent] as number
  if (exponent > 0) for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / power
  if (patched) readPatches(reader, values)
}

/** Fills `scaled` and `patches`. */
function scale(values: Float64Array, exponent: number): Integers {
  const count = values.length
  if (scaled.length < count) scaled = new Float64Array(count)
  const power = POWERS[exponent] as number
  const numbers = scaled
  const words = wordsOf(values)
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  patches.count = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    let number = Math.round(value * power)
    const isExact = number / power === value && number <= MOST && number >= -MOST
    // A whole 0 stands for the positive zero; the negative one is a patch.
    if (!isExact || (number === 0 && 1 / value < 0)) number = patch(values, words, i, number, power)
    numbers[i] = number
    if (number < least) least = number
    if (number > most) most = number
  }
  return { numbers, count, least, most }
}

/** Notes what the whole number to be returned does not say of a value. */
function patch(
  values: Float64Array,
  words: Uint32Array,
  index: number,
  number: number,
  power: number,
): number {
  if (Math.abs(number) <= MOST) {
    // Adding 0 makes a negative zero positive, which is what the decoder will divide.
    const ulps = ulpsAbove(words, index, (number + 0) / power)
    if (ulps !== 0) {
      addPatch(patches, index, ulps)
      return number
    }
  }
  addPatch(patches, index, 0)
  // A stand-in that costs least: no step from the value before, or to the one after.
  return index > 0 ? (scaled[index - 1] as number) : firstWhole(values, power)
}

/** The whole number of the first value that has one; 0 where none has. */
function firstWhole(values: Float64Array, power: number): number {
  for (let i = 1; i < values.length; i++) {
    const number = Math.round((values[i] as number) * power)
    if (Math.abs(number) <= MOST) return number
  }
  return 0
}

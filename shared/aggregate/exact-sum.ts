/**
 * A sum of doubles without any rounding: exactly `high + low + rest · 2^-1074`.
 *
 * Two doubles hold the sums of most machine data exactly, as all values lie within few powers of two (error-free
 * addition: Knuth 1969, Møller 1965). What they cannot hold, and what overflows, goes to `rest`.
 */
export interface ExactSum {
  high: number
  low: number
  /** In units of the smallest double; at most 2,151 bits, for 2^53 samples of the largest. */
  rest: bigint
}

const doubles = new Float64Array(1)
const words = new BigUint64Array(doubles.buffer)

/** A finite double as a whole number of 2^-1074. */
export function unitsOf(value: number): bigint {
  doubles[0] = value
  const bits = words[0] as bigint
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return bits >> 63n === 1n ? -magnitude : magnitude
}

/** The double nearest to `units · 2^exponent`, infinite when that is beyond the largest. */
export function nearestDouble(units: bigint, exponent: number): number {
  const magnitude = units < 0n ? -units : units
  const excess = BigInt(Math.max(0, magnitude.toString(16).length * 4 - 68))
  let top = magnitude >> excess
  // One bit for all that is cut off, so that a tie is seen for what it is.
  if (top << excess !== magnitude) top |= 1n
  const value = scaleBy(Number(top), exponent + Number(excess))
  return units < 0n ? -value : value
}

/** value · 2^exponent without overflow on the way. */
function scaleBy(value: number, exponent: number): number {
  let scaled = value
  for (let left = exponent; left !== 0; ) {
    const step = Math.max(-500, Math.min(500, left))
    scaled *= 2 ** step
    left -= step
  }
  return scaled
}

/** What two doubles cannot take, such as the next sample of a loop. */
export function addExact(sum: ExactSum, value: number): void {
  const high = sum.high + value
  const highShare = high - sum.high
  const error = sum.high - (high - highShare) + (value - highShare)
  const low = sum.low + error
  const lowShare = low - sum.low
  const lost = sum.low - (low - lowShare) + (error - lowShare)
  if (high - high === 0 && lost - lost === 0) {
    sum.high = high
    sum.low = low
    if (lost !== 0) sum.rest += unitsOf(lost)
    return
  }
  sum.rest += unitsOf(sum.high) + unitsOf(sum.low) + unitsOf(value)
  sum.high = 0
  sum.low = 0
}

export function addSum(sum: ExactSum, other: ExactSum): void {
  addExact(sum, other.high)
  addExact(sum, other.low)
  sum.rest += other.rest
}

const totalUnits = ({ high, low, rest }: ExactSum): bigint => unitsOf(high) + unitsOf(low) + rest

/** The sum, rounded once, so it is the same whatever the order; infinite when it is beyond the largest double. */
export const sumOf = (sum: ExactSum): number =>
  sum.rest === 0n ? sum.high + sum.low + 0 : nearestDouble(totalUnits(sum), -1074) + 0

/** Sum over count, both roundings within half a unit in the last place. */
export function meanOf(sum: ExactSum, count: number): number {
  const total = sumOf(sum)
  if (Number.isFinite(total)) return total / count
  const shift = 128
  return (nearestDouble(totalUnits(sum), -1074 - shift) / count) * 2 ** shift
}

/** The mean times a power of two as an unevaluated pair of doubles, good to about 2^-104 of the largest of them. */
export function meanPair(sum: ExactSum, count: number, exponent: number): readonly [number, number] {
  let high: number
  let low: number
  if (sum.rest === 0n) {
    const factor = 2 ** exponent
    const scaledHigh = sum.high * factor
    const scaledLow = sum.low * factor
    high = scaledHigh + scaledLow
    low = scaledLow - (high - scaledHigh)
  } else {
    const units = totalUnits(sum)
    high = nearestDouble(units, exponent - 1074)
    low = nearestDouble((units << 600n) - (unitsOf(high) << BigInt(600 - exponent)), exponent - 1674)
  }
  const mean = high / count
  return [mean, (productError(mean, count, high) + low) / count]
}

const SPLITTER = 2 ** 27 + 1

/** -(a · b - near), without rounding where a · b is near `near` (Dekker 1971). */
function productError(a: number, b: number, near: number): number {
  const bigA = SPLITTER * a
  const highA = bigA - (bigA - a)
  const lowA = a - highA
  const bigB = SPLITTER * b
  const highB = bigB - (bigB - b)
  const lowB = b - highB
  return near - highA * highB - highA * lowB - lowA * highB - lowA * lowB
}

/** Exact arithmetic on doubles: every finite double is an integer times 2^-1074. */
const UNIT_EXPONENT = 1074n

function exactOf(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0] ?? 0n
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return bits >> 63n === 1n ? -magnitude : magnitude
}

/** numerator / denominator / 2^shift as a double, with a relative error of about 2^-60. */
function ratio(numerator: bigint, denominator: bigint, shift: bigint): number {
  if (numerator === 0n) return 0
  const isNegative = numerator < 0n
  let top = isNegative ? -numerator : numerator
  const lift = BigInt(Math.max(0, 70 - (top.toString(2).length - denominator.toString(2).length)))
  top = (top << lift) / denominator
  const excess = BigInt(Math.max(0, top.toString(2).length - 64))
  const value = scale(Number(top >> excess), excess - lift - shift)
  return isNegative ? -value : value
}

/** value × 2^exponent without overflow on the way. */
function scale(value: number, exponent: bigint): number {
  let scaled = value
  let left = Number(exponent)
  while (left !== 0) {
    const step = Math.max(-500, Math.min(500, left))
    scaled *= 2 ** step
    left -= step
  }
  return scaled
}

export interface ExactMoments {
  readonly mean: number
  /** Variance over the number of samples, as a root: the square itself may be no double. */
  readonly std: number
  readonly largest: number
}

export function exactMoments(values: readonly number[]): ExactMoments {
  const count = BigInt(values.length)
  const units = values.map(exactOf)
  const sum = units.reduce((total, unit) => total + unit, 0n)
  const squares = units.reduce((total, unit) => total + unit * unit, 0n)
  // n² · variance = n · Σx² − (Σx)², in units of 2^-2148.
  const spread = count * squares - sum * sum
  return {
    mean: ratio(sum, count, UNIT_EXPONENT),
    std: ratio(squareRoot(spread << 200n), count << 100n, UNIT_EXPONENT),
    largest: Math.max(...values.map(Math.abs)),
  }
}

/** Largest integer whose square is not above. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

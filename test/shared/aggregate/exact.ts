/** Exact arithmetic on doubles: every finite double is an integer times 2^-1074. */
const UNIT_EXPONENT = 1074n

export function exactOf(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0] ?? 0n
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return bits >> 63n === 1n ? -magnitude : magnitude
}

/** numerator / denominator / 2^shift as a double, with a relative error of about 2^-60. */
export function ratio(numerator: bigint, denominator: bigint, shift: bigint): number {
  if (numerator === 0n) return 0
  const isNegative = numerator < 0n
  let top = isNegative ? -numerator : numerator
  const lift = BigInt(Math.max(0, 70 - (top.toString(2).length - denominator.toString(2).length)))
  const lifted = top << lift
  top = lifted / denominator
  const excess = BigInt(Math.max(0, top.toString(2).length - 64))
  // One bit for all that is cut off: it tells which way a tie goes.
  const isCut = ((top >> excess) << excess) * denominator !== lifted
  const value = scale(Number((top >> excess) | (isCut ? 1n : 0n)), excess - lift - shift)
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

/** Sum, rounded once; infinite where no double holds it. */
export const exactSum = (values: readonly number[]): number =>
  ratio(
    values.reduce((total, value) => total + exactOf(value), 0n),
    1n,
    UNIT_EXPONENT,
  )

export interface ExactMoments {
  readonly mean: number
  /** Variance over the number of samples, as a root: the square itself may be no double. */
  readonly std: number
  readonly variance: number
  readonly rms: number
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
    variance: ratio(spread, count * count, 2n * UNIT_EXPONENT),
    rms: ratio(squareRoot((squares * count) << 200n), count << 100n, UNIT_EXPONENT),
    largest: Math.max(...values.map(Math.abs)),
  }
}

/** Standardised third and fourth moments; undefined where all values are equal. */
export function exactShape(values: readonly number[]): { skewness: number; kurtosis: number } | undefined {
  const count = BigInt(values.length)
  const units = values.map(exactOf)
  const sum = units.reduce((total, unit) => total + unit, 0n)
  const deviations = units.map((unit) => unit * count - sum)
  const power = (exponent: bigint) => deviations.reduce((total, each) => total + each ** exponent, 0n)
  const squares = power(2n)
  if (squares === 0n) return undefined
  const cubes = power(3n)
  const size = Math.sqrt(ratio(count * cubes * cubes, squares ** 3n, 0n))
  return {
    skewness: cubes < 0n ? -size : size,
    kurtosis: ratio(count * power(4n), squares * squares, 0n),
  }
}

/** Σ value · µs over `divisor`, exactly until the end. */
export function exactArea(parts: readonly (readonly [value: number, us: number])[], divisor: number): number {
  // Halves of microseconds occur where two ends of a line share it.
  const area = parts.reduce((total, [value, us]) => total + exactOf(value) * BigInt(us * 2), 0n)
  return ratio(area, BigInt(divisor) * 2n, UNIT_EXPONENT)
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

import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { BLOCK } from './bits.ts'
import { type BlockPlan, planBlock, readBlock, writeBlock } from './block.ts'

/**
 * Whole numbers (times, scaled decimals): constant, of one stride, or as blocks of the numbers themselves, of
 * their differences, or of the differences of these. All are counted from the first and divided by their greatest
 * common divisor, so that hours in microseconds cost what 1, 2, 3 would.
 */
const CONSTANT = 0
const STRIDE = 1
const PLAIN = 2
const DELTA = 3
const DELTA_DELTA = 4
const HAS_DIVISOR = 8

/** Largest difference between two of the numbers: that of differences is four times this, and must stay exact. */
export const INTEGER_RANGE_MAX = 2 ** 50

/** Blocks tried in each mode: enough to see what a column is like, and little against encoding it. */
const BLOCKS_TRIED = 3

const residuals = new Float64Array(BLOCK)
const plan: BlockPlan = { lowest: 0, highest: 0, width: 0, isPatched: false, bytes: 0 }
let quotients = new Float64Array(8192)

/** Whole numbers within ±2^53 and what is known of them, at least one. */
export interface Integers {
  /** The numbers, and maybe others after them. */
  readonly numbers: Float64Array
  readonly count: number
  readonly least: number
  readonly most: number
}

/**
 * Writes the numbers less `origin`. Returns false, having written nothing, when they lie more than
 * `INTEGER_RANGE_MAX` apart.
 */
export function encodeIntegers(writer: ByteWriter, integers: Integers, origin = 0): boolean {
  const { numbers, count, least, most } = integers
  if (most - least > INTEGER_RANGE_MAX) return false
  const first = numbers[0] as number
  const stride = count > 1 ? (numbers[1] as number) - first : 0
  if (hasStride(numbers, count, stride)) {
    writer.u8(stride === 0 ? CONSTANT : STRIDE)
    writer.signed(first - origin)
    if (stride !== 0) writer.signed(stride)
    return true
  }
  const divisor = commonDivisor(numbers, count)
  const divided = divisor === 1 ? numbers : divide(numbers, count, first, divisor)
  const mode = cheapestMode(divided, count)
  writer.u8(divisor > 1 ? mode | HAS_DIVISOR : mode)
  writer.signed(first - origin)
  if (divisor > 1) writer.varint(divisor)
  if (mode === DELTA_DELTA) writer.signed((divided[1] as number) - (divided[0] as number))
  const residualCount = count - skipped(mode)
  for (let start = 0; start < residualCount; start += BLOCK) {
    const length = Math.min(BLOCK, residualCount - start)
    takeResiduals(divided, start, length, mode)
    planBlock(residuals, length, plan)
    writeBlock(writer, residuals, length, plan)
  }
  return true
}

/** Fills `numbers`, whose length says how many there are. Hostile bytes may give any doubles, never more of them. */
export function decodeIntegers(reader: ByteReader, numbers: Float64Array): void {
  const flags = reader.u8()
  const first = reader.signed()
  const mode = flags & ~HAS_DIVISOR
  const count = numbers.length
  if (flags === CONSTANT) {
    numbers.fill(first)
    return
  }
  if (flags === STRIDE) {
    const stride = reader.signed()
    for (let i = 0; i < count; i++) numbers[i] = first + i * stride
    return
  }
  if (mode < PLAIN || mode > DELTA_DELTA) throw reader.error(`has whole numbers in the unknown mode ${flags}`)
  const divisor = flags === mode ? 1 : reader.varint()
  const second = mode === DELTA_DELTA ? reader.signed() : 0
  const offset = skipped(mode)
  if (count < offset) throw reader.error(`has ${count} numbers where ${offset} are the least`)
  for (let start = offset; start < count; start += BLOCK) {
    readBlock(reader, numbers, start, Math.min(BLOCK, count - start))
  }
  if (mode === DELTA) sumUp(numbers)
  else if (mode === DELTA_DELTA) sumUpTwice(numbers, second)
  if (divisor === 1) for (let i = 0; i < count; i++) numbers[i] = first + (numbers[i] as number)
  else for (let i = 0; i < count; i++) numbers[i] = first + (numbers[i] as number) * divisor
}

function hasStride(numbers: Float64Array, count: number, stride: number): boolean {
  for (let i = 1; i < count; i++) {
    if ((numbers[i] as number) - (numbers[i - 1] as number) !== stride) return false
  }
  return true
}

function commonDivisor(numbers: Float64Array, count: number): number {
  let divisor = 0
  for (let i = 1; i < count && divisor !== 1; i++) {
    const difference = Math.abs((numbers[i] as number) - (numbers[i - 1] as number))
    // A division and a product are much faster than the remainder of doubles, and as exact below 2^53.
    if (divisor > 0 && Math.round(difference / divisor) * divisor === difference) continue
    divisor = greatestCommonDivisor(divisor, difference)
  }
  return divisor
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b]
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller]
  return larger
}

/** Exact: the quotient of two whole numbers below 2^53 that divide evenly is whole. */
function divide(numbers: Float64Array, count: number, first: number, divisor: number): Float64Array {
  if (quotients.length < count) quotients = new Float64Array(count)
  for (let i = 0; i < count; i++) quotients[i] = ((numbers[i] as number) - first) / divisor
  return quotients
}

/** Numbers at the start that a mode knows without a residual. */
function skipped(mode: number): number {
  return mode - PLAIN
}

function takeResiduals(numbers: Float64Array, start: number, count: number, mode: number): void {
  if (mode === PLAIN) {
    const first = numbers[0] as number
    for (let i = 0; i < count; i++) residuals[i] = (numbers[start + i] as number) - first
  } else if (mode === DELTA) {
    let previous = numbers[start] as number
    for (let i = 0; i < count; i++) {
      const number = numbers[start + i + 1] as number
      residuals[i] = number - previous
      previous = number
    }
  } else {
    let previous = numbers[start + 1] as number
    let step = previous - (numbers[start] as number)
    for (let i = 0; i < count; i++) {
      const number = numbers[start + i + 2] as number
      const nextStep = number - previous
      residuals[i] = nextStep - step
      previous = number
      step = nextStep
    }
  }
}

function cheapestMode(numbers: Float64Array, count: number): number {
  let cheapest = PLAIN
  let cheapestBytes = Number.POSITIVE_INFINITY
  for (let mode = PLAIN; mode <= DELTA_DELTA; mode++) {
    const residualCount = count - skipped(mode)
    const blockCount = Math.ceil(residualCount / BLOCK)
    const step = Math.ceil(blockCount / BLOCKS_TRIED)
    let bytes = 0
    for (let block = 0; block < blockCount; block += step) {
      const length = Math.min(BLOCK, residualCount - block * BLOCK)
      takeResiduals(numbers, block * BLOCK, length, mode)
      planBlock(residuals, length, plan)
      bytes += plan.bytes
    }
    if (bytes < cheapestBytes) {
      cheapest = mode
      cheapestBytes = bytes
    }
  }
  return cheapest
}

function sumUp(numbers: Float64Array): void {
  let sum = 0
  numbers[0] = 0
  for (let i = 1; i < numbers.length; i++) {
    sum += numbers[i] as number
    numbers[i] = sum
  }
}

function sumUpTwice(numbers: Float64Array, second: number): void {
  let step = second
  let sum = second
  numbers[0] = 0
  numbers[1] = second
  for (let i = 2; i < numbers.length; i++) {
    step += numbers[i] as number
    sum += step
    numbers[i] = sum
  }
}

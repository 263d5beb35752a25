import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { BLOCK, bitWidth, packedBytes, packPlane, unpackPlane } from './bits.ts'

/**
 * One block of up to 128 whole numbers: a base, the width of what is above it, the packed differences, and the
 * few values that would have widened all the others, as exceptions (patched frame of reference).
 */

/** Range of a block's values, and of what is stored above the base: all sums of them stay exact. */
const WIDTH_MAX = 52

const HAS_EXCEPTIONS = 0x80
const LOW_BITS = 2 ** 32

/** More exceptions than this never pay in 128 values: each costs about three bytes. */
const EXCEPTIONS_MAX = 24

/** A block whose range is this many times its mean deviation has outliers; noise has about six, even spread four. */
const OUTLIER_RATIO = 10

const low = new Uint32Array(BLOCK)
const high = new Uint32Array(BLOCK)
const sorted = new Float64Array(BLOCK)

/** Values below `lowest` or above `highest` are exceptions. */
export interface BlockPlan {
  lowest: number
  highest: number
  width: number
  /** True when some values lie outside. */
  isPatched: boolean
  /** What the block takes, about. */
  bytes: number
}

/** Finds the cheapest base, width and exceptions for the first `count` values; overwrites `plan`. */
export function planBlock(values: Float64Array, count: number, plan: BlockPlan): void {
  const first = values[0] as number
  const middle = values[count >> 1] as number
  const last = values[count - 1] as number
  const centre = Math.max(Math.min(first, middle), Math.min(Math.max(first, middle), last))
  let least = first
  let most = first
  let deviation = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    if (value < least) least = value
    if (value > most) most = value
    deviation += Math.abs(value - centre)
  }
  plan.lowest = least
  plan.highest = most
  plan.width = bitWidth(most - least)
  plan.isPatched = false
  plan.bytes = 3 + packedBytes(count, plan.width)
  if ((most - least) * count > OUTLIER_RATIO * deviation) planExceptions(values, count, plan)
}

/** Slides a window over the sorted values, leaving out 1, 2, 3 … at the ends, and keeps the cheapest. */
function planExceptions(values: Float64Array, count: number, plan: BlockPlan): void {
  for (let i = 0; i < count; i++) sorted[i] = values[i] as number
  const order = sorted.subarray(0, count).sort()
  const exceptionBytes = 1 + Math.ceil((plan.width + 1) / 7)
  const leftMax = Math.min(EXCEPTIONS_MAX, count - 1)
  for (let left = 1; left <= leftMax; left++) {
    for (let below = 0; below <= left; below++) {
      const lowest = order[below] as number
      const highest = order[count - 1 - left + below] as number
      const width = bitWidth(highest - lowest)
      const bytes = 4 + packedBytes(count, width) + left * exceptionBytes
      if (bytes < plan.bytes) {
        plan.lowest = lowest
        plan.highest = highest
        plan.width = width
        plan.isPatched = true
        plan.bytes = bytes
      }
    }
  }
}

/** Writes the first `count` values as planned. */
export function writeBlock(writer: ByteWriter, values: Float64Array, count: number, plan: BlockPlan): void {
  const { lowest, highest, width, isPatched } = plan
  writer.signed(lowest)
  writer.u8(isPatched ? width | HAS_EXCEPTIONS : width)
  if (isPatched) writeExceptions(writer, values, count, plan)
  if (width === 0) return
  for (let i = 0; i < count; i++) low[i] = (values[i] as number) - lowest
  if (width > 32) for (let i = 0; i < count; i++) high[i] = ((values[i] as number) - lowest) / LOW_BITS
  if (isPatched) clearExceptions(values, count, lowest, highest)
  packPlane(writer, low, count, Math.min(width, 32))
  if (width > 32) packPlane(writer, high, count, width - 32)
}

/** Their places are packed as zeros. */
function clearExceptions(values: Float64Array, count: number, lowest: number, highest: number): void {
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    if (value >= lowest && value <= highest) continue
    low[i] = 0
    high[i] = 0
  }
}

function writeExceptions(writer: ByteWriter, values: Float64Array, count: number, plan: BlockPlan): void {
  let exceptions = 0
  const at = writer.reserve(1)
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    if (value >= plan.lowest && value <= plan.highest) continue
    exceptions += 1
    writer.u8(i)
    writer.signed(value - plan.lowest)
  }
  writer.buffer[at] = exceptions
}

const places = new Uint8Array(BLOCK)
const differences = new Float64Array(BLOCK)

/** Reads what `writeBlock` wrote into `target` from `start` on. */
export function readBlock(reader: ByteReader, target: Float64Array, start: number, count: number): void {
  const lowest = reader.signed()
  const flags = reader.u8()
  const width = flags & ~HAS_EXCEPTIONS
  if (width > WIDTH_MAX) throw reader.error(`has a block ${width} bits wide`)
  const exceptions = flags >= HAS_EXCEPTIONS ? readExceptions(reader, count) : 0
  if (width === 0) {
    target.fill(lowest, start, start + count)
  } else {
    unpackPlane(reader, low, count, Math.min(width, 32))
    if (width > 32) {
      unpackPlane(reader, high, count, width - 32)
      for (let i = 0; i < count; i++) {
        target[start + i] = lowest + (high[i] as number) * LOW_BITS + (low[i] as number)
      }
    } else {
      for (let i = 0; i < count; i++) target[start + i] = lowest + (low[i] as number)
    }
  }
  for (let i = 0; i < exceptions; i++) {
    target[start + (places[i] as number)] = lowest + (differences[i] as number)
  }
}

function readExceptions(reader: ByteReader, count: number): number {
  const exceptions = reader.u8()
  if (exceptions > count) throw reader.error(`has ${exceptions} exceptions in a block of ${count}`)
  for (let i = 0; i < exceptions; i++) {
    const place = reader.u8()
    if (place >= count) throw reader.error(`has an exception at ${place} of a block of ${count}`)
    places[i] = place
    differences[i] = reader.signed()
  }
  return exceptions
}

import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { addPatch, createPatches, readPatches, writePatches } from './doubles.ts'
import { decodeIntegers, encodeIntegers } from './integers.ts'

/**
 * Doubles that came from 32-bit floats, as most controllers give them: the float's bits as a whole number that
 * orders like the float, so that a smooth signal has small differences.
 */

const LOOKED_AT = 32

const float = new Float32Array(1)
const floatBits = new Int32Array(float.buffer)
const patches = createPatches()
let ordered = new Float64Array(8192)

/** True when all of some values looked at are floats. */
export function areFloats(values: Float64Array): boolean {
  const step = Math.max(1, values.length / LOOKED_AT)
  for (let i = 0; i < values.length; i += step) {
    const value = values[Math.floor(i)] as number
    if (Math.fround(value) !== value && !Number.isNaN(value)) return false
  }
  return true
}

/** Writes whole numbers, then patches if there are any; returns how many patches. The bits of floats always fit. */
export function encodeFloats(writer: ByteWriter, values: Float64Array): number {
  const count = values.length
  if (ordered.length < count) ordered = new Float64Array(count)
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  patches.count = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    float[0] = value
    let place: number
    if (float[0] === value) {
      const bits = floatBits[0] as number
      place = bits >= 0 ? bits : -1 - (bits & 0x7fffffff)
    } else {
      place = i === 0 ? 0 : (ordered[i - 1] as number)
      addPatch(patches, i, 0)
    }
    ordered[i] = place
    if (place < least) least = place
    if (place > most) most = place
  }
  encodeIntegers(writer, { numbers: ordered, count, least, most })
  if (patches.count > 0) writePatches(writer, patches, values)
  return patches.count
}

export function decodeFloats(reader: ByteReader, values: Float64Array, patched: boolean): void {
  decodeIntegers(reader, values)
  for (let i = 0; i < values.length; i++) {
    const place = values[i] as number
    floatBits[0] = place >= 0 ? place : (-1 - place) | 0x80000000
    values[i] = float[0] as number
  }
  if (patched) readPatches(reader, values)
}

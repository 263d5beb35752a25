import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'

/**
 * Doubles as bits. A NaN may lose its payload when it passes through a JS number, so what must be exact is moved
 * as memory. Every platform that Greengrass and Node.js share is little-endian: the low word comes first.
 */

/** Units in the last place that are kept as a small number beside the nearest decimal: dust of sums and products. */
const ULPS_MAX = 8

/** Largest relative distance that can be within `ULPS_MAX`: a quick test before the exact one. */
export const NEAR = 2 ** -48

const one = new Float64Array(1)
const oneWords = new Uint32Array(one.buffer)

export function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
}

/** How many doubles the one at `index` lies above `near`; 0 also when that is more than `ULPS_MAX` either way. */
export function ulpsAbove(words: Uint32Array, index: number, near: number): number {
  one[0] = near
  const highs = (words[index * 2 + 1] as number) - (oneWords[1] as number)
  const ulps = highs * 2 ** 32 + (words[index * 2] as number) - (oneWords[0] as number)
  return Math.abs(ulps) <= ULPS_MAX ? ulps : 0
}

/**
 * What an encoding could not say of some values: the distance to the value it said, or the value itself. Each
 * patch is the distance in places from the one before, then the units in the last place, 0 where the eight bytes
 * of the value follow.
 */
export interface Patches {
  count: number
  places: Uint32Array
  /** 0 for a value that is stored whole. */
  ulps: Int8Array
}

export function createPatches(): Patches {
  return { count: 0, places: new Uint32Array(1024), ulps: new Int8Array(1024) }
}

export function addPatch(patches: Patches, place: number, ulps: number): void {
  if (patches.count === patches.places.length) {
    const places = new Uint32Array(patches.count * 2)
    const grown = new Int8Array(patches.count * 2)
    places.set(patches.places)
    grown.set(patches.ulps)
    patches.places = places
    patches.ulps = grown
  }
  patches.places[patches.count] = place
  patches.ulps[patches.count] = ulps
  patches.count += 1
}

export function writePatches(writer: ByteWriter, patches: Patches, values: Float64Array): void {
  const bytes = bytesOf(values)
  let previous = -1
  writer.varint(patches.count)
  for (let i = 0; i < patches.count; i++) {
    const place = patches.places[i] as number
    const ulps = patches.ulps[i] as number
    writer.varint(place - previous - 1)
    writer.signed(ulps)
    if (ulps === 0) writer.bytes(bytes.subarray(place * 8, place * 8 + 8))
    previous = place
  }
}

/** Corrects values that are already there. */
export function readPatches(reader: ByteReader, values: Float64Array): void {
  const bytes = bytesOf(values)
  const words = wordsOf(values)
  const count = reader.varint(values.length)
  let place = -1
  for (let i = 0; i < count; i++) {
    place += 1 + reader.varint(values.length)
    if (place >= values.length) throw reader.error(`corrects value ${place} of ${values.length}`)
    const ulps = reader.signed()
    if (Math.abs(ulps) > ULPS_MAX) throw reader.error(`corrects a value by ${ulps} units`)
    if (ulps === 0) bytes.set(reader.bytes(8), place * 8)
    else moveByUlps(words, place, ulps)
  }
}

function moveByUlps(words: Uint32Array, index: number, ulps: number): void {
  const lowWord = (words[index * 2] as number) + ulps
  words[index * 2] = lowWord
  if (lowWord < 0) words[index * 2 + 1] = (words[index * 2 + 1] as number) - 1
  else if (lowWord >= 2 ** 32) words[index * 2 + 1] = (words[index * 2 + 1] as number) + 1
}

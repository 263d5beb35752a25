import type { ByteReader } from '../bytes/reader.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { BLOCK, bitWidth, packPlane, unpackPlane } from './bits.ts'
import { wordsOf } from './doubles.ts'

/**
 * For doubles that are no decimals: each one's bits differ from those of the one before in a window of the 64,
 * and a block keeps that window (after Gorilla, Pelkonen et al., VLDB 2015, with one window a block, so that it
 * packs like everything else). The first value stands whole before the blocks. A block is: width of the window,
 * zero bits below it, the packed windows.
 */
const low = new Uint32Array(BLOCK)
const high = new Uint32Array(BLOCK)

export function encodeXor(writer: ByteWriter, values: Float64Array): void {
  const words = wordsOf(values)
  let previousLow = words[0] as number
  let previousHigh = words[1] as number
  writer.u32(previousLow)
  writer.u32(previousHigh)
  for (let start = 0; start < values.length; start += BLOCK) {
    const count = Math.min(BLOCK, values.length - start)
    let anyLow = 0
    let anyHigh = 0
    for (let i = 0; i < count; i++) {
      const lowWord = words[(start + i) * 2] as number
      const highWord = words[(start + i) * 2 + 1] as number
      anyLow |= low[i] = lowWord ^ previousLow
      anyHigh |= high[i] = highWord ^ previousHigh
      previousLow = lowWord
      previousHigh = highWord
    }
    const below = zeroBitsBelow(anyLow, anyHigh)
    const width = (anyHigh === 0 ? bitWidth(anyLow >>> 0) : 32 + bitWidth(anyHigh >>> 0)) - below
    writer.u8(Math.max(0, width))
    writer.u8(below)
    shiftDown(count, below)
    if (width > 0) packPlane(writer, low, count, Math.min(width, 32))
    if (width > 32) packPlane(writer, high, count, width - 32)
  }
}

export function decodeXor(reader: ByteReader, values: Float64Array): void {
  const words = wordsOf(values)
  let previousLow = reader.u32()
  let previousHigh = reader.u32()
  for (let start = 0; start < values.length; start += BLOCK) {
    const count = Math.min(BLOCK, values.length - start)
    const width = reader.u8()
    const below = reader.u8()
    if (width + below > 64) throw reader.error(`has a window of ${width} bits above ${below}`)
    if (width > 0) unpackPlane(reader, low, count, Math.min(width, 32))
    else low.fill(0)
    if (width > 32) unpackPlane(reader, high, count, width - 32)
    else high.fill(0)
    shiftUp(count, below)
    for (let i = 0; i < count; i++) {
      previousLow ^= low[i] as number
      previousHigh ^= high[i] as number
      words[(start + i) * 2] = previousLow
      words[(start + i) * 2 + 1] = previousHigh
    }
  }
}

function zeroBitsBelow(lowWord: number, highWord: number): number {
  if (lowWord !== 0) return 31 - Math.clz32(lowWord & -lowWord)
  return highWord === 0 ? 0 : 63 - Math.clz32(highWord & -highWord)
}

function shiftDown(count: number, below: number): void {
  if (below === 0) return
  for (let i = 0; i < count; i++) {
    const highWord = high[i] as number
    low[i] =
      below >= 32 ? highWord >>> (below - 32) : ((low[i] as number) >>> below) | (highWord << (32 - below))
    high[i] = below >= 32 ? 0 : highWord >>> below
  }
}

function shiftUp(count: number, below: number): void {
  if (below === 0) return
  for (let i = 0; i < count; i++) {
    const lowWord = low[i] as number
    high[i] =
      below >= 32 ? lowWord << (below - 32) : ((high[i] as number) << below) | (lowWord >>> (32 - below))
    low[i] = below >= 32 ? 0 : lowWord << below
  }
}

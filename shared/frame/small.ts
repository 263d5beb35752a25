import type { ByteReader } from '../bytes/reader.ts'
import { varintLength } from '../bytes/varint.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { BLOCK, bitWidth, packedBytes, packPlane, unpackPlane } from './bits.ts'

/**
 * Small whole numbers, one byte each (qualities, booleans), as the cheapest of a constant, runs, or packed bits.
 * The first byte says which; a constant below 128, the usual quality, is that byte itself.
 */
const RUNS = 0x80
const PACKED = 0x80
const WIDTH_MAX = 8
const CONSTANT = 0x90

const plane = new Uint32Array(BLOCK)

export function encodeSmall(writer: ByteWriter, values: Uint8Array): void {
  const count = values.length
  const { runCount, runBytes, largest } = measure(values)
  if (runCount <= 1) {
    const constant = values[0] ?? 0
    if (constant >= RUNS) writer.u8(CONSTANT)
    writer.u8(constant)
    return
  }
  const width = bitWidth(largest)
  if (varintLength(runCount) + runBytes < packedBytes(count, width)) {
    writer.u8(RUNS)
    encodeRuns(writer, values, runCount)
    return
  }
  writer.u8(PACKED + width)
  for (let start = 0; start < count; start += BLOCK) {
    const length = Math.min(BLOCK, count - start)
    for (let i = 0; i < length; i++) plane[i] = values[start + i] as number
    packPlane(writer, plane, length, width)
  }
}

/** Fills `values`, whose length says how many there are; refuses any above `max`. */
export function decodeSmall(reader: ByteReader, values: Uint8Array, max: number): void {
  const encoding = reader.u8()
  if (encoding < RUNS) values.fill(checked(reader, encoding, max))
  else if (encoding === CONSTANT) values.fill(checked(reader, reader.u8(), max))
  else if (encoding === RUNS) decodeRuns(reader, values, max)
  else decodePacked(reader, values, encoding - PACKED, max)
}

function measure(values: Uint8Array): { runCount: number; runBytes: number; largest: number } {
  const count = values.length
  let runCount = 0
  let runBytes = 0
  let largest = 0
  for (let start = 0; start < count; ) {
    const value = values[start] as number
    let end = start + 1
    while (end < count && values[end] === value) end += 1
    runCount += 1
    runBytes += 1 + varintLength(end - start)
    if (value > largest) largest = value
    start = end
  }
  return { runCount, runBytes, largest }
}

function encodeRuns(writer: ByteWriter, values: Uint8Array, runCount: number): void {
  writer.varint(runCount)
  for (let start = 0; start < values.length; ) {
    const value = values[start] as number
    let end = start + 1
    while (end < values.length && values[end] === value) end += 1
    writer.u8(value)
    writer.varint(end - start)
    start = end
  }
}

function decodeRuns(reader: ByteReader, values: Uint8Array, max: number): void {
  const runCount = reader.varint(values.length)
  let start = 0
  for (let run = 0; run < runCount; run++) {
    const value = checked(reader, reader.u8(), max)
    const end = start + reader.varint(values.length - start)
    values.fill(value, start, end)
    start = end
  }
  if (start !== values.length) throw reader.error(`has runs of ${start} values where ${values.length} belong`)
}

function decodePacked(reader: ByteReader, values: Uint8Array, width: number, max: number): void {
  if (width < 1 || width > WIDTH_MAX) throw reader.error(`packs small numbers ${width} bits wide`)
  for (let start = 0; start < values.length; start += BLOCK) {
    const length = Math.min(BLOCK, values.length - start)
    unpackPlane(reader, plane, length, width)
    for (let i = 0; i < length; i++) values[start + i] = checked(reader, plane[i] as number, max)
  }
}

function checked(reader: ByteReader, value: number, max: number): number {
  if (value > max) throw reader.error(`has ${value} where at most ${max} is allowed`)
  return value
}

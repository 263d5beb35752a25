import type { ByteReader } from '../bytes/reader.ts'
import { encodeText } from '../bytes/text.ts'
import { varintLength } from '../bytes/varint.ts'
import type { ByteWriter } from '../bytes/writer.ts'
import { BLOCK, bitWidth, packedBytes, packPlane, unpackPlane } from './bits.ts'
import { TEXT_BYTES_MAX } from './limits.ts'

/** Texts one after the other, or a dictionary and which of its entries each sample has, packed or in runs. */
const RAW = 0
const DICTIONARY_PACKED = 1
const DICTIONARY_RUNS = 2

/** Beyond this many different texts a dictionary is given up: it would hardly repeat within one frame. */
const DICTIONARY_MAX = 4096

const plane = new Uint32Array(BLOCK)

interface Dictionary {
  readonly entries: readonly Uint8Array[]
  readonly indices: Uint32Array
  /** Bytes of all texts one after the other, and of the entries, each with its length before it. */
  readonly rawBytes: number
  readonly entryBytes: number
}

export function encodeTexts(writer: ByteWriter, texts: readonly string[]): void {
  const dictionary = makeDictionary(texts)
  if (dictionary === undefined) {
    encodeRaw(writer, texts)
    return
  }
  const { entries, indices, rawBytes, entryBytes } = dictionary
  const width = bitWidth(entries.length - 1)
  const packed = packedBytes(texts.length, width)
  const runs = runBytes(indices)
  if (rawBytes <= entryBytes + Math.min(packed, runs)) {
    encodeRaw(writer, texts)
    return
  }
  writer.u8(runs < packed ? DICTIONARY_RUNS : DICTIONARY_PACKED)
  writer.varint(entries.length)
  for (const entry of entries) writer.block(entry)
  if (runs < packed) encodeRuns(writer, indices)
  else if (width > 0) encodePacked(writer, indices, width)
}

/** @throws the reader's error; no more than `count` references to texts of the bytes at hand are made */
export function decodeTexts(reader: ByteReader, count: number): string[] {
  const encoding = reader.u8()
  if (encoding === RAW) return Array.from({ length: count }, () => reader.text(TEXT_BYTES_MAX))
  if (encoding > DICTIONARY_RUNS) throw reader.error(`has texts in the unknown encoding ${encoding}`)
  const size = reader.varint(Math.min(DICTIONARY_MAX, count))
  const entries = Array.from({ length: size }, () => reader.text(TEXT_BYTES_MAX))
  return encoding === DICTIONARY_RUNS
    ? decodeRuns(reader, entries, count)
    : decodePacked(reader, entries, count)
}

function makeDictionary(texts: readonly string[]): Dictionary | undefined {
  const places = new Map<string, number>()
  const entries: Uint8Array[] = []
  const indices = new Uint32Array(texts.length)
  let rawBytes = 0
  let entryBytes = 0
  for (const [i, text] of texts.entries()) {
    let place = places.get(text)
    if (place === undefined) {
      place = entries.length
      if (place === DICTIONARY_MAX) return undefined
      const entry = encodeText(text)
      places.set(text, place)
      entries.push(entry)
      entryBytes += varintLength(entry.length) + entry.length
    }
    const length = entries[place]?.length ?? 0
    rawBytes += varintLength(length) + length
    indices[i] = place
  }
  return { entries, indices, rawBytes, entryBytes: entryBytes + varintLength(entries.length) }
}

function encodeRaw(writer: ByteWriter, texts: readonly string[]): void {
  writer.u8(RAW)
  for (const text of texts) writer.block(encodeText(text))
}

function encodePacked(writer: ByteWriter, indices: Uint32Array, width: number): void {
  for (let start = 0; start < indices.length; start += BLOCK) {
    const block = indices.subarray(start, start + BLOCK)
    packPlane(writer, block, block.length, width)
  }
}

function decodePacked(reader: ByteReader, entries: readonly string[], count: number): string[] {
  const width = bitWidth(Math.max(0, entries.length - 1))
  const texts: string[] = []
  for (let start = 0; start < count; start += BLOCK) {
    const length = Math.min(BLOCK, count - start)
    if (width === 0) plane.fill(0)
    else unpackPlane(reader, plane, length, width)
    for (let i = 0; i < length; i++) texts.push(entryAt(reader, entries, plane[i] as number))
  }
  return texts
}

function runBytes(indices: Uint32Array): number {
  let bytes = 0
  for (let start = 0; start < indices.length; ) {
    const end = runEnd(indices, start)
    bytes += varintLength(indices[start] as number) + varintLength(end - start)
    start = end
  }
  return bytes
}

function encodeRuns(writer: ByteWriter, indices: Uint32Array): void {
  for (let start = 0; start < indices.length; ) {
    const end = runEnd(indices, start)
    writer.varint(indices[start] as number)
    writer.varint(end - start)
    start = end
  }
}

function decodeRuns(reader: ByteReader, entries: readonly string[], count: number): string[] {
  const texts: string[] = []
  while (texts.length < count) {
    const text = entryAt(reader, entries, reader.varint())
    const length = reader.varint(count - texts.length)
    if (length === 0) throw reader.error('has a run of no texts')
    for (let i = 0; i < length; i++) texts.push(text)
  }
  return texts
}

function runEnd(indices: Uint32Array, start: number): number {
  let end = start + 1
  while (end < indices.length && indices[end] === indices[start]) end += 1
  return end
}

function entryAt(reader: ByteReader, entries: readonly string[], index: number): string {
  const entry = entries[index]
  if (entry === undefined) throw reader.error(`names text ${index} of a dictionary of ${entries.length}`)
  return entry
}

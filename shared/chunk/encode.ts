import { deflateRawSync } from 'node:zlib'
import { crc32c } from '../bytes/crc32c.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { encodeColumns } from '../frame/encode.ts'
import { assembleSamples } from '../frame/samples-encode.ts'
import type { Chunk, ChunkColumn, Receipt } from './chunk.ts'
import { FORMAT_VERSION, MAGIC, Packing, RECEIPT_STEP_US } from './format.ts'

/** A share of a packed body that is worth its inflating on every read. */
const WORTH_DEFLATING = 0.97

/** Below this a deflated body is seldom smaller. */
const DEFLATED_BYTES_MIN = 64

/** Of the middle of a long body, and the share of it that is promising: a short piece has less to repeat. */
const TRIED_BYTES = 2048
const WORTH_TRYING = 0.98

// Used and emptied within one call.
const writer = new ByteWriter(1 << 16)

/** Expects checked columns of at least one sample each. Every bit of every double comes back. */
export function encodeChunk({ fromLsn, toLsn, receipt, columns }: Omit<Chunk, 'tag'>): Uint8Array {
  const body = assembleSamples(encodeColumns(columns.map(({ column }) => column)))
  const deflated = isWorthDeflating(body) ? deflateRawSync(body) : body
  const isDeflated = deflated.length < body.length * WORTH_DEFLATING
  writer.clear()
  writer.u8(MAGIC & 0xff)
  writer.u8(MAGIC >>> 8)
  writer.u8(FORMAT_VERSION)
  writer.u8(isDeflated ? Packing.deflated : Packing.plain)
  writer.u32(0)
  writer.varint(fromLsn)
  writer.varint(toLsn - fromLsn)
  writeReceipt(receipt)
  writeOrder(fromLsn, columns)
  if (isDeflated) writer.varint(body.length)
  writer.bytes(isDeflated ? deflated : body)
  const chunk = writer.finish()
  new DataView(chunk.buffer).setUint32(4, chunkCrc(chunk), true)
  return chunk
}

/** Packed numbers hardly get smaller, which a piece of them shows; of what is short, all is tried. */
function isWorthDeflating(body: Uint8Array): boolean {
  if (body.length < DEFLATED_BYTES_MIN) return false
  if (body.length < 3 * TRIED_BYTES) return true
  const start = (body.length - TRIED_BYTES) >> 1
  return deflateRawSync(body.subarray(start, start + TRIED_BYTES)).length < TRIED_BYTES * WORTH_TRYING
}

/** CRC-32C of a whole chunk without bytes 4 to 7, where it stands itself. */
export function chunkCrc(chunk: Uint8Array): number {
  return crc32c(chunk.subarray(8), crc32c(chunk.subarray(0, 4)))
}

/** Rounded so that the samples seem to have come no later than the first and no earlier than the last did. */
function writeReceipt({ fromUs, toUs, lawRevision }: Receipt): void {
  const from = Math.floor(fromUs / RECEIPT_STEP_US)
  writer.varint(from)
  writer.varint(Math.ceil(toUs / RECEIPT_STEP_US) - from)
  writer.varint(lawRevision)
}

/** Samples whose order of arrival is kept: how far behind the last such one, log position, index. */
function writeOrder(fromLsn: number, columns: readonly ChunkColumn[]): void {
  const kept: number[] = []
  let at = 0
  let last = 0
  for (const { lsns, indexes } of columns) {
    for (let i = 0; i < lsns.length; i++, at++) {
      const lsn = (lsns[i] as number) - fromLsn
      const index = indexes[i] as number
      if (lsn === 0 && index === 0) continue
      kept.push(at - last, lsn, index)
      last = at
    }
  }
  writer.varint(kept.length / 3)
  for (const number of kept) writer.varint(number)
}

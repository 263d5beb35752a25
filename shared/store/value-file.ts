import { type FileHandle, open } from 'node:fs/promises'

/**
 * One file of values. Behind its head stand values one after the other, and a place is where one stands. Once a file has
 * lost values, the rest is written anew with a table of the places that are left, so that no place ever changes.
 *
 * | bytes        | what                                                                        |
 * | ------------ | --------------------------------------------------------------------------- |
 * | 4            | "GVF" and the version, 1                                                    |
 * | u32          | how many ranges the table has; 0 while all values are where they were put   |
 * | u32, u32 each | first offset and length of a range, ascending; numbers are big endian       |
 * | rest         | values, those of the table's ranges in its order                            |
 */
export const HEAD_BYTES = 8
const RANGE_BYTES = 8
const MAGIC = [0x47, 0x56, 0x46, 1]

/** Some bytes of a file, by the offsets of places. */
export interface ValueRange {
  readonly offset: number
  readonly length: number
}

/** What a file begins with. */
export function headOf(ranges: readonly ValueRange[]): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES + RANGE_BYTES * ranges.length)
  const view = new DataView(head.buffer)
  head.set(MAGIC)
  view.setUint32(4, ranges.length)
  for (const [index, { offset, length }] of ranges.entries()) {
    view.setUint32(HEAD_BYTES + RANGE_BYTES * index, offset)
    view.setUint32(HEAD_BYTES + RANGE_BYTES * index + 4, length)
  }
  return head
}

/** Ranges in order, one for those that touch. */
export function joined(ranges: readonly ValueRange[]): ValueRange[] {
  const all: { offset: number; length: number }[] = []
  for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const last = all.at(-1)
    if (last !== undefined && last.offset + last.length === offset) last.length += length
    else all.push({ offset, length })
  }
  return all
}

/** Reads ranges from one file. @throws the error of the file system, also where there is no such file */
export async function readRanges(path: string, ranges: readonly ValueRange[]): Promise<Uint8Array[]> {
  const file = await open(path, 'r')
  try {
    const table = await readTable(file)
    const found: Uint8Array[] = []
    for (const range of ranges) found.push(await readRange(file, table, range))
    return found
  } finally {
    await file.close()
  }
}

interface TableEntry extends ValueRange {
  /** Where in the file the range is. */
  readonly at: number
}

/** Undefined while all values are where they were put. */
async function readTable(file: FileHandle): Promise<readonly TableEntry[] | undefined> {
  const head = await readAt(file, 0, HEAD_BYTES)
  const count = head.length === HEAD_BYTES ? new DataView(head.buffer, head.byteOffset).getUint32(4) : 0
  if (count === 0) return undefined
  const bytes = await readAt(file, HEAD_BYTES, count * RANGE_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = HEAD_BYTES + count * RANGE_BYTES
  const table: TableEntry[] = []
  for (let index = 0; (index + 1) * RANGE_BYTES <= bytes.length; index++) {
    const length = view.getUint32(index * RANGE_BYTES + 4)
    table.push({ offset: view.getUint32(index * RANGE_BYTES), length, at })
    at += length
  }
  return table
}

/**
 * Fewer bytes than asked for where the file has no more, or has lost all of them. A range that is read for several values
 * may reach over some that are gone: there it has zeros, which nobody looks at.
 */
async function readRange(
  file: FileHandle,
  table: readonly TableEntry[] | undefined,
  { offset, length }: ValueRange,
): Promise<Uint8Array> {
  if (table === undefined) return readAt(file, offset, length)
  const end = offset + length
  const bytes = new Uint8Array(length)
  let filledTo = 0
  for (const entry of table) {
    const from = Math.max(offset, entry.offset)
    const to = Math.min(end, entry.offset + entry.length)
    if (from >= to) continue
    const part = await readAt(file, entry.at + from - entry.offset, to - from)
    bytes.set(part, from - offset)
    filledTo = from - offset + part.length
  }
  return bytes.subarray(0, filledTo)
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

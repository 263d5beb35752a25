import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { READ_GAP_BYTES_MAX, READ_JOINED_BYTES_MAX, VALUE_FILE_BYTES, WORTH_REWRITING } from './limits.ts'
import type { ValuePlace } from './stored-value.ts'
import { HEAD_BYTES, headOf, joined, readRanges, type ValueRange } from './value-file.ts'

interface OpenFile {
  readonly number: number
  readonly file: FileHandle
  sizeBytes: number
}

/** Files of one lane that may have lost values. */
export interface ClosedFiles {
  readonly lane: number
  readonly numbers: readonly number[]
}

const NAME = /^([0-9a-f]{2})-([0-9]{10})$/
const UNFINISHED = '.new'

/**
 * Values in files that are only ever appended to: what LevelDB would write again each time it merges its tables. A lane
 * has files of its own, so that what lives long does not lie among what goes soon.
 */
export class ValueFiles {
  readonly #directory: string
  readonly #open = new Map<number, OpenFile>()
  #lastNumber = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Finds what is there; writes begin new files. @throws the error of the file system */
  async start(): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    for (const name of await readdir(this.#directory)) {
      if (name.endsWith(UNFINISHED)) await unlink(join(this.#directory, name))
      const [, , number = ''] = NAME.exec(name) ?? []
      this.#lastNumber = Math.max(this.#lastNumber, Number(number))
    }
  }

  /**
   * Appends values of one lane; they are on the disk when it resolves.
   * @param lane 0 to 255
   * @throws the error of the file system; the values are then nowhere
   */
  async append(lane: number, values: readonly Uint8Array[]): Promise<ValuePlace[]> {
    const target = this.#open.get(lane) ?? (await this.#begin(lane))
    let offset = target.sizeBytes
    const places = values.map(({ length }) => {
      const place = { file: target.number, offset, length }
      offset += length
      return place
    })
    try {
      await writeAll(target.file, values, target.sizeBytes)
      await target.file.datasync()
    } catch (error) {
      await this.close(lane).catch(() => undefined)
      throw error
    }
    target.sizeBytes = offset
    if (offset >= VALUE_FILE_BYTES) await this.close(lane)
    return places
  }

  /** In the order asked for; a value that is gone, or in part, comes as the bytes that are left of it. */
  async read(lane: number, places: readonly ValuePlace[]): Promise<Uint8Array[]> {
    const values = places.map(() => new Uint8Array())
    for (const { file, ranges, members } of readsOf(places)) {
      const found = await this.#readFile(lane, file, ranges)
      for (const { index, range, from } of members) {
        values[index] = (found[range] ?? values[index])?.subarray(
          from,
          from + (places[index]?.length ?? 0),
        ) as Uint8Array<ArrayBuffer>
      }
    }
    return values
  }

  async #readFile(lane: number, number: number, ranges: readonly ValueRange[]): Promise<Uint8Array[]> {
    try {
      return await readRanges(this.#path(lane, number), ranges)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /** Nothing more is appended to the files there are: those of lanes from the first to before the last. */
  async closeLanes(firstLane: number, endLane: number): Promise<ClosedFiles[]> {
    const lanes = new Map<number, number[]>()
    for (const name of await readdir(this.#directory)) {
      const [, hex = '', number] = NAME.exec(name) ?? []
      const lane = Number.parseInt(hex, 16)
      if (lane >= firstLane && lane < endLane) lanes.set(lane, [...(lanes.get(lane) ?? []), Number(number)])
    }
    for (const lane of lanes.keys()) await this.close(lane)
    return [...lanes].map(([lane, numbers]) => ({ lane, numbers }))
  }

  /**
   * Gives back the space of all values of a closed file but those in `kept`, if that is enough to be worth it.
   * @param isThorough however little it is: nothing of what is gone may stay
   */
  async keepOnly(
    lane: number,
    number: number,
    kept: readonly ValueRange[],
    isThorough: boolean,
  ): Promise<void> {
    const path = this.#path(lane, number)
    const ranges = joined(kept)
    if (ranges.length === 0) return unlink(path)
    const keptBytes = ranges.reduce((sum, { length }) => sum + length, 0)
    const { size } = await stat(path)
    const lostBytes = size - HEAD_BYTES - keptBytes
    if (lostBytes < (isThorough ? 1 : WORTH_REWRITING * keptBytes)) return
    const file = await open(path + UNFINISHED, 'w')
    try {
      const values = await readRanges(path, ranges)
      await writeAll(file, [headOf(ranges), ...values], 0)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(path + UNFINISHED, path)
    await this.#syncDirectory()
  }

  async close(lane?: number): Promise<void> {
    for (const [each, { file }] of [...this.#open]) {
      if (lane !== undefined && lane !== each) continue
      this.#open.delete(each)
      await file.close()
    }
  }

  async #begin(lane: number): Promise<OpenFile> {
    this.#lastNumber += 1
    const number = this.#lastNumber
    const file = await open(this.#path(lane, number), 'wx')
    try {
      await writeAll(file, [headOf([])], 0)
      // Or a loss of power might leave places without their file.
      await this.#syncDirectory()
    } catch (error) {
      await file.close().catch(() => undefined)
      throw error
    }
    const opened = { number, file, sizeBytes: HEAD_BYTES }
    this.#open.set(lane, opened)
    return opened
  }

  async #syncDirectory(): Promise<void> {
    const directory = await open(this.#directory, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  }

  #path(lane: number, number: number): string {
    return join(this.#directory, `${lane.toString(16).padStart(2, '0')}-${String(number).padStart(10, '0')}`)
  }
}

interface Reads {
  readonly file: number
  readonly ranges: ValueRange[]
  /** Which value is where in which range. */
  readonly members: { readonly index: number; readonly range: number; readonly from: number }[]
}

/** Values that lie near each other are read at once. */
function readsOf(places: readonly ValuePlace[]): Reads[] {
  const reads: Reads[] = []
  const order = [...places.entries()].sort(([, a], [, b]) => a.file - b.file || a.offset - b.offset)
  for (const [index, { file, offset, length }] of order) {
    let read = reads.at(-1)
    if (read === undefined || read.file !== file) {
      read = { file, ranges: [], members: [] }
      reads.push(read)
    }
    const last = read.ranges.at(-1)
    const endsAt = last === undefined ? 0 : last.offset + last.length
    const isNear = last !== undefined && offset - endsAt <= READ_GAP_BYTES_MAX
    if (isNear && offset + length - last.offset <= READ_JOINED_BYTES_MAX) {
      const end = Math.max(endsAt, offset + length)
      read.ranges[read.ranges.length - 1] = { offset: last.offset, length: end - last.offset }
      read.members.push({ index, range: read.ranges.length - 1, from: offset - last.offset })
    } else {
      read.ranges.push({ offset, length })
      read.members.push({ index, range: read.ranges.length - 1, from: 0 })
    }
  }
  return reads
}

async function writeAll(file: FileHandle, parts: readonly Uint8Array[], position: number): Promise<void> {
  const bytes = Buffer.concat(parts)
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

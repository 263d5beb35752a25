import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '../../disk/json-file.ts'

/** A file that was written whole and is durable. */
export interface Written {
  readonly dataFile: string
  readonly sizeBytes: number
}

/** Part of a file; both are inclusive, as in HTTP. */
export interface ByteRange {
  readonly firstByte: number
  readonly lastByte: number
}

const READ_BYTES = 64 * 1024

/**
 * The bytes of objects, each in a file under a name of its own that no key has a part in. A file belongs to an object
 * only once a record names it: what a death left behind is removed at the next start.
 */
export class DataFolder {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** @param isNamed whether a record names the file */
  static async open(path: string, isNamed: (dataFile: string) => boolean): Promise<DataFolder> {
    await mkdir(path, { recursive: true })
    for (const name of await readdir(path)) if (!isNamed(name)) await rm(join(path, name))
    return new DataFolder(path)
  }

  /** Writes piece by piece; where `bytes` throws, nothing stays. */
  async write(bytes: AsyncIterable<Uint8Array>): Promise<Written> {
    const dataFile = randomUUID()
    const path = join(this.#path, dataFile)
    const file = await open(path, 'wx')
    let sizeBytes = 0
    try {
      for await (const piece of bytes) {
        await writeAll(file, piece)
        sizeBytes += piece.length
      }
      await file.sync()
      await syncDirectory(this.#path)
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await file.close()
    }
    return { dataFile, sizeBytes }
  }

  /** Opened now, so that it can be read to its end also when the object is replaced meanwhile. */
  open(dataFile: string): Promise<FileHandle> {
    return open(join(this.#path, dataFile), 'r')
  }

  async *read(dataFile: string): AsyncGenerator<Uint8Array> {
    yield* readRange(await this.open(dataFile))
  }

  async remove(dataFile: string): Promise<void> {
    await rm(join(this.#path, dataFile), { force: true })
  }
}

/** Reads and closes it, also when the reader ends early. */
export async function* readRange(file: FileHandle, range?: ByteRange): AsyncGenerator<Uint8Array> {
  try {
    let position = range?.firstByte ?? 0
    const end = range === undefined ? Number.POSITIVE_INFINITY : range.lastByte + 1
    while (position < end) {
      const length = Math.min(READ_BYTES, end - position)
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset)
    offset += bytesWritten
  }
}

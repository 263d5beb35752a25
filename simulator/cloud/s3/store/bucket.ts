import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { RecordFolder } from '../../disk/record-folder.ts'
import { noSuchUpload } from '../errors.ts'
import { DataFolder } from './data-folder.ts'
import { ObjectEntry, type PartEntry, UploadEntry } from './entries.ts'

/** Judges what a write would replace; throws to refuse it. */
export type WriteCondition = (current: ObjectEntry | undefined) => void

/** Objects and multipart uploads of one bucket. */
export class Bucket {
  readonly #objects: RecordFolder<ObjectEntry>
  readonly #uploads: RecordFolder<UploadEntry>
  readonly data: DataFolder

  private constructor(
    objects: RecordFolder<ObjectEntry>,
    uploads: RecordFolder<UploadEntry>,
    data: DataFolder,
  ) {
    this.#objects = objects
    this.#uploads = uploads
    this.data = data
  }

  static async open(path: string): Promise<Bucket> {
    const objects = await RecordFolder.open(join(path, 'objects'), ObjectEntry)
    const uploads = await RecordFolder.open(join(path, 'uploads'), UploadEntry)
    const named = new Set(objects.values().map(({ dataFile }) => dataFile))
    for (const { parts } of uploads.values()) {
      for (const { dataFile } of Object.values(parts)) named.add(dataFile)
    }
    return new Bucket(
      objects,
      uploads,
      await DataFolder.open(join(path, 'data'), (dataFile) => named.has(dataFile)),
    )
  }

  get isEmpty(): boolean {
    return this.#objects.ids().length === 0
  }

  keys(): string[] {
    return this.#objects.ids()
  }

  object(key: string): ObjectEntry | undefined {
    return this.#objects.get(key)
  }

  /** The object and its bytes, which stay readable when it is replaced meanwhile. */
  async openObject(key: string): Promise<{ entry: ObjectEntry; file: FileHandle } | undefined> {
    for (;;) {
      const entry = this.#objects.get(key)
      if (entry === undefined) return undefined
      try {
        return { entry, file: await this.data.open(entry.dataFile) }
      } catch (error) {
        // Replaced between the two lines: its new bytes are there.
        if (this.#objects.get(key) === entry) throw error
      }
    }
  }

  /** Lets what was written be the object, if the condition still holds; otherwise what was written goes. */
  async putObject(entry: ObjectEntry, condition: WriteCondition): Promise<void> {
    try {
      const before = await this.#objects.change(entry.key, (current) => {
        condition(current)
        return entry
      })
      if (before !== undefined) await this.data.remove(before.dataFile)
    } catch (error) {
      await this.data.remove(entry.dataFile)
      throw error
    }
  }

  async deleteObject(key: string): Promise<void> {
    const before = await this.#objects.change(key, () => undefined)
    if (before !== undefined) await this.data.remove(before.dataFile)
  }

  uploads(): UploadEntry[] {
    return this.#uploads.values()
  }

  /** @throws S3Error `NoSuchUpload` */
  upload(uploadId: string, key: string): UploadEntry {
    return checkUpload(this.#uploads.get(uploadId), uploadId, key)
  }

  async startUpload(upload: UploadEntry): Promise<void> {
    await this.#uploads.put(upload.uploadId, upload)
  }

  /** A part that is uploaded again replaces the one before. */
  async putPart(uploadId: string, key: string, partNumber: number, part: PartEntry): Promise<void> {
    try {
      const before = await this.#uploads.change(uploadId, (current) => {
        const upload = checkUpload(current, uploadId, key)
        return { ...upload, parts: { ...upload.parts, [partNumber]: part } }
      })
      const replaced = before?.parts[partNumber]
      if (replaced !== undefined) await this.data.remove(replaced.dataFile)
    } catch (error) {
      await this.data.remove(part.dataFile)
      throw error
    }
  }

  /** Forgets an upload and its parts. */
  async endUpload(uploadId: string): Promise<void> {
    const before = await this.#uploads.change(uploadId, () => undefined)
    for (const { dataFile } of Object.values(before?.parts ?? {})) await this.data.remove(dataFile)
  }
}

function checkUpload(upload: UploadEntry | undefined, uploadId: string, key: string): UploadEntry {
  if (upload?.key !== key) throw noSuchUpload(uploadId)
  return upload
}

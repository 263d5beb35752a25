import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { createSerial, type Serial } from '../../../shared/time/serial.ts'
import { syncDirectory, writeJsonFile } from './json-file.ts'

/**
 * Records of one kind, each in a small file of its own, all of them in memory too. A file is named by a digest of the
 * record's id, so that an id may be any text. A change resolves once it is durable, and only then is it seen.
 */
export class RecordFolder<Value> {
  readonly #path: string
  readonly #records: Map<string, Value>
  readonly #serial: Serial = createSerial()

  private constructor(path: string, records: Map<string, Value>) {
    this.#path = path
    this.#records = records
  }

  /** Makes the folder when it is missing. @throws z.ZodError where a file is none of these records */
  static async open<Value>(path: string, schema: z.ZodType<Value>): Promise<RecordFolder<Value>> {
    await mkdir(path, { recursive: true })
    const entry = z.object({ id: z.string(), value: schema })
    const records = new Map<string, Value>()
    for (const name of await readdir(path)) {
      // What a death left of a replacement; the record itself stands beside it.
      if (!name.endsWith('.json')) continue
      const { id, value } = entry.parse(JSON.parse(await readFile(join(path, name), 'utf8')))
      records.set(id, value)
    }
    return new RecordFolder(path, records)
  }

  get(id: string): Value | undefined {
    return this.#records.get(id)
  }

  ids(): string[] {
    return [...this.#records.keys()]
  }

  values(): Value[] {
    return [...this.#records.values()]
  }

  async put(id: string, value: Value): Promise<void> {
    await this.change(id, () => value)
  }

  async delete(id: string): Promise<void> {
    await this.change(id, () => undefined)
  }

  /**
   * Replaces a record by what `decide` makes of it, or removes it where that is undefined. Nothing else changes the
   * folder between the decision and its effect; what `decide` throws is thrown here, and changes nothing.
   * @returns the record as it was
   */
  change(id: string, decide: (current: Value | undefined) => Value | undefined): Promise<Value | undefined> {
    return this.#serial(async () => {
      const before = this.#records.get(id)
      const after = decide(before)
      const path = join(this.#path, `${createHash('sha256').update(id).digest('hex')}.json`)
      if (after !== undefined) {
        await writeJsonFile(path, { id, value: after })
        this.#records.set(id, after)
      } else if (before !== undefined) {
        await rm(path)
        await syncDirectory(this.#path)
        this.#records.delete(id)
      }
      return before
    })
  }

  /** Resolves when every change asked for so far is done, or has failed. */
  async settle(): Promise<void> {
    await this.#serial(async () => {})
  }
}

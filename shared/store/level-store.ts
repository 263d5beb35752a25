import { join } from 'node:path'
import { Level } from 'level'
import { createSerial } from '../time/serial.ts'
import { closedStore, StoreError } from './errors.ts'
import { fetchValue, fetchValues, fileLargeValues } from './filed-values.ts'
import { asStoreError } from './level-error.ts'
import type { FileProblem } from './level-files/check-files.ts'
import { guardLevelFiles } from './level-files/guard.ts'
import { boundsOf, type Database, placesOf, readPage } from './level-pages.ts'
import type {
  CompactOptions,
  KeyRange,
  KeySpan,
  KeyValueStore,
  PageLimits,
  StoreEntry,
  StoreOperation,
} from './store.ts'
import type { ValueRange } from './value-file.ts'
import { ValueFiles } from './value-files.ts'

/**
 * Opens (and creates) a store on LevelDB, with large values in files beside it. Nothing is compressed: frames are packed
 * already.
 * @param onDamage called for each damaged part of a log: what was written there last is lost, a copy of the log stays
 * @throws StoreError `GENBA_STORE_LOCKED` when another process has it open, `GENBA_STORE_CORRUPT`, `GENBA_STORE_FULL`,
 *   `GENBA_STORE_IO`
 */
export async function openLevelStore(
  directory: string,
  onDamage: (problem: FileProblem) => void = () => {},
): Promise<KeyValueStore> {
  try {
    await guardLevelFiles(directory, onDamage)
  } catch (error) {
    throw asStoreError(error, directory)
  }
  const store = new LevelStore(directory)
  await store.open()
  return store
}

/** Within the directory of LevelDB, which touches only files with names of its own. */
const VALUES_FOLDER = 'values'

/** For a write that changes nothing. */
const NOBODYS_KEY = new Uint8Array(32).fill(255)

/** On Node.js `level` is LevelDB, which can do more than the types of `level` say for all engines. */
interface Compacting {
  compactRange(start: Uint8Array, end: Uint8Array): Promise<void>
}

class LevelStore implements KeyValueStore {
  readonly #directory: string
  readonly #database: Database
  readonly #files: ValueFiles
  readonly #writes = createSerial()
  readonly #compactions = createSerial()
  /** Operations under way: a reopening or a close waits for them. */
  readonly #running = new Set<Promise<unknown>>()
  #closed = false
  /**
   * After one refused write LevelDB refuses every later one until it is opened anew (google/leveldb 865),
   * so the next operation reopens first.
   */
  #broken = false
  #reopening: Promise<void> | undefined

  constructor(directory: string) {
    this.#directory = directory
    this.#database = new Level<Uint8Array, Uint8Array>(directory, {
      keyEncoding: 'view',
      valueEncoding: 'view',
      compression: false,
    })
    this.#files = new ValueFiles(join(directory, VALUES_FOLDER))
  }

  async open(): Promise<void> {
    try {
      await this.#database.open()
      await this.#files.start()
    } catch (error) {
      throw asStoreError(error, this.#directory)
    }
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#run(async (database) => {
      const bytes = await database.get(key)
      return bytes && fetchValue(this.#files, key, bytes)
    })
  }

  batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void> {
    return this.#write(async (database) => {
      const stored = await fileLargeValues(this.#files, operations)
      await this.#breakable(database.batch(stored, { sync: options.sync }))
    })
  }

  page(range: KeyRange, limits: PageLimits): Promise<readonly StoreEntry[]> {
    return this.#run(async (database) => fetchValues(this.#files, await readPage(database, range, limits)))
  }

  clear(range: KeyRange): Promise<void> {
    return this.#write((database) => this.#breakable(database.clear(boundsOf(range))))
  }

  compact({ gte, lt }: KeySpan, { isThorough = false }: CompactOptions = {}): Promise<void> {
    return this.#compactions(async () => {
      // No value is on its way into a file that is closed.
      const endLane = (lt[0] ?? 0) + (lt.length > 1 ? 1 : 0)
      const closed = await this.#write(() => this.#files.closeLanes(gte[0] ?? 0, endLane))
      const kept = new Map<number, ReadonlyMap<number, ValueRange[]>>()
      for (const { lane } of closed) kept.set(lane, await this.#run((database) => placesOf(database, lane)))
      // Who has begun to read before may still come for a value that is gone.
      await Promise.allSettled([...this.#running])
      // With it all that was not synced: no loss of power brings back a key whose value is gone.
      await this.batch([{ type: 'del', key: NOBODYS_KEY }], { sync: true })
      await this.#run((database) => (database as Database & Compacting).compactRange(gte, lt))
      for (const { lane, numbers } of closed) {
        for (const number of numbers) {
          await this.#run(() =>
            this.#files.keepOnly(lane, number, kept.get(lane)?.get(number) ?? [], isThorough),
          )
        }
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    while (this.#running.size > 0) await Promise.allSettled([...this.#running])
    await this.#files.close()
    await this.#database.close()
  }

  #write<T>(operation: (database: Database) => Promise<T>): Promise<T> {
    return this.#writes(() => this.#run(operation))
  }

  /** Notes when LevelDB has refused a write. */
  async #breakable(write: Promise<void>): Promise<void> {
    try {
      await write
    } catch (error) {
      this.#broken = true
      throw error
    }
  }

  async #run<T>(operation: (database: Database) => Promise<T>): Promise<T> {
    while (this.#broken && !this.#closed) await this.#reopen()
    if (this.#closed) throw closedStore()
    const running = operation(this.#database)
    this.#running.add(running)
    try {
      return await running
    } catch (error) {
      throw asStoreError(error, this.#directory)
    } finally {
      this.#running.delete(running)
    }
  }

  /** One reopening for all callers that wait; when it fails each of them gets the error, and the next call tries again. */
  async #reopen(): Promise<void> {
    this.#reopening ??= this.#closeAndOpen().finally(() => {
      this.#reopening = undefined
    })
    await this.#reopening
  }

  async #closeAndOpen(): Promise<void> {
    await Promise.allSettled([...this.#running])
    try {
      await this.#files.close()
      await this.#database.close()
      await this.open()
    } catch (error) {
      throw error instanceof StoreError ? error : asStoreError(error, this.#directory)
    }
    this.#broken = false
  }
}

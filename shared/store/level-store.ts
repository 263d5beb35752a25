import { Level } from 'level'
import { closedStore, StoreError } from './errors.ts'
import { asStoreError } from './level-error.ts'
import type { FileProblem } from './level-files/check-files.ts'
import { guardLevelFiles } from './level-files/guard.ts'
import { READ_AHEAD_BYTES_MAX, READ_AHEAD_BYTES_MIN, READ_AHEAD_ENTRIES_MAX } from './limits.ts'
import type { KeyRange, KeyValueStore, PageLimits, StoreEntry, StoreOperation } from './store.ts'

/**
 * Opens (and creates) a store on LevelDB. Values are not compressed: frames are packed already.
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

type Database = Level<Uint8Array, Uint8Array>

/** On Node.js `level` is LevelDB, which can do more than the types of `level` say for all engines. */
interface Compacting {
  compactRange(start: Uint8Array, end: Uint8Array): Promise<void>
}

class LevelStore implements KeyValueStore {
  readonly #directory: string
  readonly #database: Database
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
  }

  async open(): Promise<void> {
    try {
      await this.#database.open()
    } catch (error) {
      throw asStoreError(error, this.#directory)
    }
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#run(async (database) => await database.get(key))
  }

  batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void> {
    return this.#run(async (database) => {
      try {
        await database.batch([...operations], { sync: options.sync })
      } catch (error) {
        this.#broken = true
        throw error
      }
    })
  }

  page(range: KeyRange, limits: PageLimits): Promise<readonly StoreEntry[]> {
    return this.#run((database) => readPage(database, range, limits))
  }

  clear(range: KeyRange): Promise<void> {
    return this.#run(async (database) => {
      try {
        await database.clear(boundsOf(range))
      } catch (error) {
        this.#broken = true
        throw error
      }
    })
  }

  compact({ gte, lt }: { readonly gte: Uint8Array; readonly lt: Uint8Array }): Promise<void> {
    return this.#run((database) => (database as Database & Compacting).compactRange(gte, lt))
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#running])
    await this.#database.close()
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
      await this.#database.close()
      await this.open()
    } catch (error) {
      throw error instanceof StoreError ? error : asStoreError(error, this.#directory)
    }
    this.#broken = false
  }
}

async function readPage(database: Database, range: KeyRange, limits: PageLimits): Promise<StoreEntry[]> {
  const iterator = database.iterator({
    ...boundsOf(range),
    reverse: range.reverse ?? false,
    limit: limits.maxEntries,
    highWaterMarkBytes: Math.min(READ_AHEAD_BYTES_MAX, Math.max(READ_AHEAD_BYTES_MIN, limits.maxBytes)),
  })
  const entries: StoreEntry[] = []
  let sizeBytes = 0
  // An iterator left open pins disk space and old versions of keys, so it never outlives its page.
  try {
    while (entries.length < limits.maxEntries) {
      const more = await iterator.nextv(Math.min(READ_AHEAD_ENTRIES_MAX, limits.maxEntries - entries.length))
      if (more.length === 0) return entries
      for (const [key, value] of more) {
        sizeBytes += key.length + value.length
        if (sizeBytes > limits.maxBytes && entries.length > 0) return entries
        entries.push({ key, value })
      }
    }
    return entries
  } finally {
    await iterator.close()
  }
}

function boundsOf(range: KeyRange): { gte?: Uint8Array; gt?: Uint8Array; lt?: Uint8Array; lte?: Uint8Array } {
  return {
    ...(range.gte && { gte: range.gte }),
    ...(range.gt && { gt: range.gt }),
    ...(range.lt && { lt: range.lt }),
    ...(range.lte && { lte: range.lte }),
  }
}

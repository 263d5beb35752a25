import { entriesOf } from '../../store/entries.ts'
import type { KeyRange, KeyValueStore, ReadableStore, StoreEntry, StoreOperation } from '../../store/store.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES } from '../limits.ts'

const PAGE = { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES }
/** One batch, whichever is reached first. */
const BATCH_OPERATIONS = 1024
const BATCH_BYTES = 1 << 20

/** What a store lacked of another, or had too much. */
export interface MirrorFigures {
  readonly written: number
  readonly writtenBytes: number
  readonly removed: number
  /** Written over another value. */
  readonly mended: number
}

/** Makes a store what another one is, in bounded batches that are not synced; goes through both in the order of keys. */
export class Mirror {
  readonly #source: ReadableStore
  readonly #target: KeyValueStore
  readonly #onProgress: (entries: number) => void
  readonly #figures = { written: 0, writtenBytes: 0, removed: 0, mended: 0 }
  #operations: StoreOperation[] = []
  #operationBytes = 0
  #compared = 0

  constructor(source: ReadableStore, target: KeyValueStore, onProgress: (entries: number) => void) {
    this.#source = source
    this.#target = target
    this.#onProgress = onProgress
  }

  get figures(): MirrorFigures {
    return this.#figures
  }

  async range(range: KeyRange): Promise<void> {
    const there = entriesOf(this.#target, range, PAGE)
    let old = await next(there)
    for await (const entry of entriesOf(this.#source, range, PAGE)) {
      for (; old !== undefined && Buffer.compare(old.key, entry.key) < 0; old = await next(there)) {
        await this.#remove(old.key)
      }
      const isThere = old !== undefined && Buffer.compare(old.key, entry.key) === 0
      if (!isThere) await this.#put(entry)
      else if (old !== undefined && Buffer.compare(old.value, entry.value) !== 0) {
        this.#figures.mended += 1
        await this.#put(entry)
      }
      if (isThere) old = await next(there)
      this.#step()
    }
    for (; old !== undefined; old = await next(there)) await this.#remove(old.key)
  }

  /** Writes what is left. */
  async flush(): Promise<void> {
    const operations = this.#operations
    this.#operations = []
    this.#operationBytes = 0
    if (operations.length > 0) await this.#target.batch(operations, { sync: false })
  }

  async #put({ key, value }: StoreEntry): Promise<void> {
    this.#figures.written += 1
    this.#figures.writtenBytes += key.length + value.length
    await this.#add({ type: 'put', key, value }, key.length + value.length)
  }

  async #remove(key: Uint8Array): Promise<void> {
    this.#figures.removed += 1
    await this.#add({ type: 'del', key }, key.length)
  }

  async #add(operation: StoreOperation, sizeBytes: number): Promise<void> {
    this.#operations.push(operation)
    this.#operationBytes += sizeBytes
    if (this.#operations.length >= BATCH_OPERATIONS || this.#operationBytes >= BATCH_BYTES) await this.flush()
  }

  #step(): void {
    this.#compared += 1
    if (this.#compared % LOG_PAGE_ENTRIES === 0) this.#onProgress(this.#compared)
  }
}

const next = async (entries: AsyncGenerator<StoreEntry>): Promise<StoreEntry | undefined> =>
  (await entries.next()).value ?? undefined

import { closedStore, StoreError } from './errors.ts'
import { createOrderedMap, type OrderedMap } from './ordered-map.ts'
import type { KeyRange, KeyValueStore, PageLimits, StoreEntry, StoreOperation } from './store.ts'

/**
 * A disk that lives in memory: its content outlives the store opened on it, so that a simulated restart finds what
 * a real one would. Nothing here waits for anything: every operation takes effect at the call and resolves in
 * microtasks.
 */
export interface MemoryDisk {
  /** One store at a time, as on a real disk. @throws StoreError `GENBA_STORE_LOCKED` */
  open(): KeyValueStore
  /** Death of the process: the open store fails from now on, everything written stays. */
  kill(): void
  /**
   * Power loss: as `kill`, and the newest `dropped` unsynced batches (all by default) are gone, as they would be
   * from the tail of a log that was not synced.
   */
  losePower(dropped?: number): void
  /** Batches that a power loss could take. */
  unsyncedCount(): number
  /** Keys and values. */
  sizeBytes(): number
}

/** A store on a disk of its own, for uses that need no restart. */
export const createMemoryStore = (): KeyValueStore => createMemoryDisk().open()

/** What one batch replaced, oldest change first; `undefined` where there was nothing. */
type Undo = readonly (readonly [key: string, before: Uint8Array | undefined])[]

export function createMemoryDisk(): MemoryDisk {
  const content = createOrderedMap<Uint8Array>()
  let unsynced: Undo[] = []
  let opened: MemoryStore | undefined
  let sizeBytes = 0

  function put(key: string, value: Uint8Array | undefined): Uint8Array | undefined {
    const before = content.get(key)
    if (before) sizeBytes -= key.length + before.length
    if (value) {
      content.set(key, value)
      sizeBytes += key.length + value.length
    } else content.delete(key)
    return before
  }

  function write(changes: readonly (readonly [string, Uint8Array | undefined])[], sync: boolean): void {
    const undo = changes.map(([key, value]) => [key, put(key, value)] as const)
    if (sync) unsynced = []
    else unsynced.push(undo)
  }

  function kill(): void {
    opened?.detach()
    opened = undefined
  }

  return {
    open() {
      if (opened && !opened.closed) {
        throw new StoreError('GENBA_STORE_LOCKED', 'the store is open already', {
          issues: [{ expected: 'one store at a time', mend: 'close the other store first' }],
        })
      }
      opened = new MemoryStore(content, write)
      return opened
    },
    kill,
    losePower(dropped = unsynced.length) {
      kill()
      for (let left = dropped; left > 0; left -= 1) {
        for (const [key, before] of unsynced.pop()?.toReversed() ?? []) put(key, before)
      }
      unsynced = []
    },
    unsyncedCount: () => unsynced.length,
    sizeBytes: () => sizeBytes,
  }
}

type Write = (changes: readonly (readonly [string, Uint8Array | undefined])[], sync: boolean) => void

class MemoryStore implements KeyValueStore {
  readonly #content: OrderedMap<Uint8Array>
  readonly #write: Write
  closed = false

  constructor(content: OrderedMap<Uint8Array>, write: Write) {
    this.#content = content
    this.#write = write
  }

  detach(): void {
    this.closed = true
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#check()
    return this.#content.get(textOf(key))?.slice()
  }

  async batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void> {
    this.#check()
    this.#write(
      operations.map((operation) => [
        textOf(operation.key),
        // A copy: the giver may reuse its buffer, and `slice` of a Buffer is none.
        operation.type === 'put' ? new Uint8Array(operation.value) : undefined,
      ]),
      options.sync,
    )
  }

  async page(range: KeyRange, limits: PageLimits): Promise<readonly StoreEntry[]> {
    this.#check()
    const entries: StoreEntry[] = []
    let sizeBytes = 0
    for (const text of this.#keys(range)) {
      const value = this.#content.get(text) ?? new Uint8Array()
      sizeBytes += text.length + value.length
      if (entries.length === limits.maxEntries) break
      if (sizeBytes > limits.maxBytes && entries.length > 0) break
      entries.push({ key: bytesOf(text), value: value.slice() })
    }
    return entries
  }

  async clear(range: KeyRange): Promise<void> {
    this.#check()
    const keys = [...this.#keys({ ...range, reverse: false })]
    this.#write(
      keys.map((key) => [key, undefined] as const),
      false,
    )
  }

  /** Nothing that was removed takes any space. */
  async compact(): Promise<void> {
    this.#check()
  }

  async close(): Promise<void> {
    this.closed = true
  }

  #check(): void {
    if (this.closed) throw closedStore()
  }

  *#keys(range: KeyRange): Iterable<string> {
    const low = range.gt ?? range.gte
    const high = range.lt ?? range.lte
    const from = low && textOf(low)
    const to = high && textOf(high)
    const isAbove = (key: string) => to !== undefined && (range.lt ? key >= to : key > to)
    const isBelow = (key: string) => from !== undefined && (range.gt ? key <= from : key < from)
    const keys = range.reverse ? this.#content.descending(to) : this.#content.ascending(from ?? '')
    for (const key of keys) {
      const isBeforeStart = range.reverse ? isAbove(key) : isBelow(key)
      if (isBeforeStart) continue
      if (range.reverse ? isBelow(key) : isAbove(key)) return
      yield key
    }
  }
}

/** One character a byte: the order of such texts is the order of the bytes, unsigned. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

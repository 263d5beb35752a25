/**
 * An ordered key-value store with atomic, optionally synchronous batches: what every component may keep on disk.
 * Keys order as unsigned bytes. Two implementations (level, memory) pass one contract suite.
 */
export interface KeyValueStore {
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /**
   * Applies all operations or none. With `sync`, resolves only after the data is on disk, and with it all
   * earlier batches; without, the batch survives the death of the process but not of the machine.
   * @throws StoreError `GENBA_STORE_FULL` or `GENBA_STORE_IO`; nothing was applied, and a later call may succeed
   */
  batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void>
  /** Entries of a range in key order (or against it), at most `maxEntries` and about `maxBytes`, at least one if any exists. */
  page(range: KeyRange, limits: PageLimits): Promise<readonly StoreEntry[]>
  /** Removes a whole range; returns when the keys are gone, the space follows. */
  clear(range: KeyRange): Promise<void>
  /** Gives back the space of what was removed or replaced in a range; rewrites what is left of it. */
  compact(range: KeySpan, options?: CompactOptions): Promise<void>
  close(): Promise<void>
}

export interface KeySpan {
  readonly gte: Uint8Array
  readonly lt: Uint8Array
}

export interface CompactOptions {
  /** Leaves nothing of what was removed, where otherwise little of it would not be worth the writing. */
  readonly isThorough?: boolean
}
/** A store, or a view of one, that is only read. */
export type ReadableStore = Pick<KeyValueStore, 'get' | 'page'>

export type StoreOperation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }

export interface StoreEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** Half-open by default: `gte` (or `gt`) to `lt` (or `lte`); a missing bound is open. */
export interface KeyRange {
  readonly gte?: Uint8Array
  readonly gt?: Uint8Array
  readonly lt?: Uint8Array
  readonly lte?: Uint8Array
  readonly reverse?: boolean
}

export interface PageLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

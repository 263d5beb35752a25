import type { KeyValueStore } from '../../shared/store/store.ts'

/** A store with some of its operations done otherwise. */
export const storeWith = (store: KeyValueStore, others: Partial<KeyValueStore>): KeyValueStore => ({
  get: (key) => store.get(key),
  batch: (operations, options) => store.batch(operations, options),
  page: (range, limits) => store.page(range, limits),
  clear: (range) => store.clear(range),
  compact: (range, options) => store.compact(range, options),
  close: () => store.close(),
  ...others,
})

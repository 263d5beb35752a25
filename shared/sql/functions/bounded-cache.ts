/** The answers of a pure function by key, the most recently used ones only. */
export class BoundedCache<K, V> {
  readonly #sizeMax: number
  readonly #entries = new Map<K, V>()

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  get(key: K, make: (key: K) => V): V {
    const found = this.#entries.get(key)
    const value = found === undefined && !this.#entries.has(key) ? make(key) : (found as V)
    // A map keeps the order of insertion, so the first key is the one that was not asked for the longest.
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#sizeMax) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest as K)
    }
    return value
  }
}

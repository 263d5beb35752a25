/** Slots of the first window of counts; most windows of a real signal fill 20 to 30 buckets. */
const DENSE_MIN = 32
/** 32 kB, and twice the buckets that a sketch may have. */
const DENSE_MAX = 4096
/** A new array has a quarter more slots than keys need now. */
const SPARE = 1.25
/** Above, neighbouring keys are one double. */
const KEY_EXACT_MAX = 2 ** 52

const NONE = new Float64Array(0)

/**
 * Whole counts by whole-number key: an array where keys lie close together, as they do in a real signal, and a map
 * for keys far from those. Which of the two holds a key shows nowhere.
 */
export class BucketCounts {
  /** How many keys there are. */
  size = 0
  /** Counts of the keys from `#base` on. */
  #dense = NONE
  #base = 0
  #far: Map<number, number> | undefined

  /** Counts the first `length` keys, once each. */
  addKeys(keys: Float64Array, length: number): void {
    let lowest = Number.POSITIVE_INFINITY
    let highest = Number.NEGATIVE_INFINITY
    for (let index = 0; index < length; index++) {
      const key = keys[index] as number
      if (key < lowest) lowest = key
      if (key > highest) highest = key
    }
    if (length > 0 && this.#isNear(lowest, highest)) this.#addNear(keys, length)
    else for (let index = 0; index < length; index++) this.add(keys[index] as number, 1)
  }

  #addNear(keys: Float64Array, length: number): void {
    const dense = this.#dense
    const base = this.#base
    let opened = 0
    for (let index = 0; index < length; index++) {
      const at = (keys[index] as number) - base
      const count = dense[at] as number
      if (count === 0) opened++
      dense[at] = count + 1
    }
    this.size += opened
  }

  add(key: number, count: number): void {
    if (!this.#isNear(key, key)) {
      this.#far ??= new Map()
      const before = this.#far.get(key) ?? 0
      if (before === 0) this.size++
      this.#far.set(key, before + count)
      return
    }
    const at = key - this.#base
    const before = this.#dense[at] as number
    if (before === 0) this.size++
    this.#dense[at] = before + count
  }

  /** Whether the array holds all keys from `lowest` to `highest`, if need be after it has grown. */
  #isNear(lowest: number, highest: number): boolean {
    const length = this.#dense.length
    if (lowest >= this.#base && highest < this.#base + length) return true
    if (Math.max(-lowest, highest) > KEY_EXACT_MAX) return false
    const first = length === 0 ? lowest : Math.min(this.#base, lowest)
    const end = length === 0 ? highest + 1 : Math.max(this.#base + length, highest + 1)
    const span = end - first
    if (span > DENSE_MAX) return false
    const slots = Math.min(DENSE_MAX, Math.max(DENSE_MIN, 2 ** Math.ceil(Math.log2(span * SPARE))))
    // Half of the spare slots on either side, as nobody knows which way the signal goes.
    this.#moveTo(first - Math.floor((slots - span) / 2), slots)
    return true
  }

  #moveTo(base: number, slots: number): void {
    const grown = new Float64Array(slots)
    grown.set(this.#dense, this.#dense.length === 0 ? 0 : this.#base - base)
    this.#dense = grown
    this.#base = base
    for (const [key, count] of this.#far ?? []) {
      if (key < base || key >= base + slots) continue
      grown[key - base] = count
      this.#far?.delete(key)
    }
  }

  /** The key at a rank, counted from 0, among all that was counted in ascending order; undefined beyond the last. */
  keyAt(rank: number): number | undefined {
    let passed = 0
    if (this.#far === undefined) {
      for (let at = 0; at < this.#dense.length; at++) {
        passed += this.#dense[at] as number
        if (rank < passed) return this.#base + at
      }
      return undefined
    }
    for (const [key, count] of this.ascending()) {
      passed += count
      if (rank < passed) return key
    }
    return undefined
  }

  /** Keys with their counts, in ascending order of keys. */
  ascending(): (readonly [key: number, count: number])[] {
    const entries: (readonly [number, number])[] = [...(this.#far ?? [])]
    for (let at = 0; at < this.#dense.length; at++) {
      const count = this.#dense[at] as number
      if (count !== 0) entries.push([this.#base + at, count])
    }
    return this.#far === undefined ? entries : entries.sort(([left], [right]) => left - right)
  }
}

/** Slots of an empty table; most windows of a real signal fill 20 to 30 buckets. */
const CAPACITY_MIN = 32

/**
 * Whole counts by whole-number key, for keys far apart: an open hash table in typed arrays, since a `Map` of the same
 * costs three times as much a sample.
 */
export class BucketCounts {
  /** How many keys there are. */
  size = 0
  #keys = new Float64Array(CAPACITY_MIN)
  /** 0 where a slot is free. */
  #counts = new Float64Array(CAPACITY_MIN)

  add(key: number, count: number): void {
    const counts = this.#counts
    const keys = this.#keys
    const mask = counts.length - 1
    let slot = hashOf(key) & mask
    while (counts[slot] !== 0) {
      if (keys[slot] === key) {
        counts[slot] = (counts[slot] as number) + count
        return
      }
      slot = (slot + 1) & mask
    }
    keys[slot] = key
    counts[slot] = count
    this.size++
    if (this.size * 2 > counts.length) this.#grow()
  }

  #grow(): void {
    const entries = this.ascending()
    const capacity = this.#counts.length * 2
    this.#keys = new Float64Array(capacity)
    this.#counts = new Float64Array(capacity)
    this.size = 0
    for (const [key, count] of entries) this.add(key, count)
  }

  /** Keys with their counts, in ascending order of keys. */
  ascending(): (readonly [key: number, count: number])[] {
    const entries: (readonly [number, number])[] = []
    for (let slot = 0; slot < this.#counts.length; slot++) {
      const count = this.#counts[slot] as number
      if (count !== 0) entries.push([this.#keys[slot] as number, count])
    }
    return entries.sort(([left], [right]) => left - right)
  }
}

/** Keys of a linear index may leave 32 bits; both halves count. */
function hashOf(key: number): number {
  const folded = key | 0
  const mixed = Math.imul(folded === key ? folded : folded ^ (key * 2 ** -32), 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

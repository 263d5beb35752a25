import * as z from 'zod'
import type { Json } from '../../bytes/json.ts'
import { type Group, type GroupType, isGood } from '../group.ts'
import type { Readings } from '../readings.ts'
import { BucketCounts } from './bucket-counts.ts'
import type { SketchIndex } from './sketch-index.ts'

/** 17 decades at 1 % take 1,957 buckets; a full sketch is about 100 kB in memory and 25 kB as JSON. */
export const SKETCH_BUCKETS_MAX = 2048
/** At this level, all doubles fit a few buckets, whatever the index. */
const LEVEL_MAX = 1023

/** Products of a rank and a share of one miss a whole number by rounding alone: 0.29 · 100 is below 29. */
const RANK_DUST = 1e-9

/** Samples are counted so many at a time; enough to pay for the three loops, and in the cache. */
const CHUNK = 512
const aboveChunk = new Float64Array(CHUNK)
const belowChunk = new Float64Array(CHUNK)
const keyChunk = new Float64Array(CHUNK)

const Buckets = z.array(z.number())
const State = z.tuple([
  z.int().min(0).max(LEVEL_MAX),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
  Buckets,
  Buckets,
])

/**
 * Whole counts of buckets, from which percentiles come with a known error. The state depends on the values alone and
 * on no order: its level is the lowest at which the buckets of all values are at most `SKETCH_BUCKETS_MAX`.
 */
export class Sketch implements Group {
  readonly index: SketchIndex
  level = 0
  zeroCount = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
  /** Of a signed index everything, otherwise what lies above the reference. */
  above = new BucketCounts()
  below = new BucketCounts()

  constructor(index: SketchIndex) {
    this.index = index
  }

  addRun(readings: Readings, from: number, to: number): void {
    if (readings.column.data.kind === 'text') return
    for (let start = from; start < to; start += CHUNK)
      this.#addChunk(readings, start, Math.min(to, start + CHUNK))
  }

  #addChunk(readings: Readings, from: number, to: number): void {
    const { isSigned, reference } = this.index
    const { numbers } = readings
    let { min, max } = this
    let above = 0
    let below = 0
    for (let index = from; index < to; index++) {
      if (!isGood(readings, index)) continue
      const value = (numbers[index] as number) + 0
      if (value < min) min = value
      if (value > max) max = value
      const distance = value - reference
      if (distance > 0 || isSigned) aboveChunk[above++] = distance
      else if (distance < 0) belowChunk[below++] = -distance
      else this.zeroCount++
    }
    this.min = min
    this.max = max
    this.#addDistances(this.above, aboveChunk, above)
    this.#addDistances(this.below, belowChunk, below)
    this.#shrink()
  }

  #addDistances(buckets: BucketCounts, distances: Float64Array, length: number): void {
    if (length === 0) return
    this.index.fillKeys(distances, length, keyChunk)
    if (this.level > 0) {
      for (let index = 0; index < length; index++)
        keyChunk[index] = this.index.collapse(keyChunk[index] as number, this.level)
    }
    buckets.addKeys(keyChunk, length)
  }

  /** Goes to the lowest level at which there are few enough buckets; most often that is the next. */
  #shrink(): void {
    if (this.above.size + this.below.size <= SKETCH_BUCKETS_MAX) return
    const keys = [this.above, this.below].map((buckets) => buckets.ascending().map(([key]) => key))
    const fits = (levels: number): boolean =>
      keys.reduce((size, each) => size + this.#sizeAfter(each, levels), 0) <= SKETCH_BUCKETS_MAX
    let low = 1
    let high = fits(1) ? 1 : LEVEL_MAX - this.level
    while (low < high) {
      const middle = (low + high) >> 1
      if (fits(middle)) high = middle
      else low = middle + 1
    }
    this.#raiseLevel(low)
  }

  /** How many buckets ascending keys fall into, so many levels higher. */
  #sizeAfter(keys: readonly number[], levels: number): number {
    let size = 0
    let last = Number.NaN
    for (const key of keys) {
      const collapsed = this.index.collapse(key, levels)
      if (collapsed !== last) size++
      last = collapsed
    }
    return size
  }

  /** Adds the counts of a sketch of the same index. */
  addSketch(other: Sketch): void {
    this.#raiseLevel(Math.max(0, other.level - this.level))
    this.zeroCount += other.zeroCount
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
    const levels = this.level - other.level
    for (const side of ['above', 'below'] as const) {
      for (const [key, count] of other[side].ascending())
        this[side].add(this.index.collapse(key, levels), count)
    }
    this.#shrink()
  }

  #raiseLevel(levels: number): void {
    if (levels === 0) return
    this.level += levels
    this.above = this.#collapsed(this.above, levels)
    this.below = this.#collapsed(this.below, levels)
  }

  #collapsed(buckets: BucketCounts, levels: number): BucketCounts {
    const collapsed = new BucketCounts()
    for (const [key, count] of buckets.ascending()) collapsed.add(this.index.collapse(key, levels), count)
    return collapsed
  }

  /** The value of rank floor(q · (n − 1)) among `count` sorted values, within the error of the index. */
  quantile(q: number, count: number): number {
    if (q === 0) return this.min
    if (q === 1) return this.max
    const exactRank = q * (count - 1)
    const nearest = Math.round(exactRank)
    const isWhole = Math.abs(exactRank - nearest) <= RANK_DUST * Math.max(1, exactRank)
    const value = this.#valueAt(isWhole ? nearest : Math.floor(exactRank))
    return Math.min(Math.max(value, this.min), this.max) + 0
  }

  #valueAt(rank: number): number {
    const { index, level, below, above, zeroCount } = this
    const belowCount = below.ascending().reduce((total, [, count]) => total + count, 0)
    // Below the reference, the largest distance is the smallest value.
    const belowKey = rank < belowCount ? below.keyAt(belowCount - 1 - rank) : undefined
    if (belowKey !== undefined) return index.reference - index.valueOf(belowKey, level)
    const aboveKey = above.keyAt(rank - belowCount - zeroCount)
    if (rank < belowCount + zeroCount || aboveKey === undefined) return index.reference
    return index.reference + index.valueOf(aboveKey, level)
  }

  write(): Json {
    return [
      this.level,
      this.zeroCount,
      Number.isFinite(this.min) ? this.min : null,
      Number.isFinite(this.max) ? this.max : null,
      this.above.ascending().flat(),
      this.below.ascending().flat(),
    ]
  }
}

/** One sketch for all percentiles of an index. */
export function sketchType(index: SketchIndex): GroupType<Sketch> {
  return {
    key: `sketch:${index.key}`,
    create: () => new Sketch(index),
    merge: (earlier, later) => {
      const merged = new Sketch(index)
      merged.addSketch(earlier)
      merged.addSketch(later)
      return merged
    },
    read: (state) => {
      const [level, zeroCount, min, max, above, below] = State.parse(state)
      return Object.assign(new Sketch(index), {
        level,
        zeroCount,
        min: min ?? Number.POSITIVE_INFINITY,
        max: max ?? Number.NEGATIVE_INFINITY,
        above: bucketsOf(above),
        below: bucketsOf(below),
      })
    },
  }
}

function bucketsOf(flat: readonly number[]): BucketCounts {
  const buckets = new BucketCounts()
  for (let at = 0; at + 1 < flat.length; at += 2) buckets.add(flat[at] as number, flat[at + 1] as number)
  return buckets
}

import * as z from 'zod'
import type { Json } from '../../bytes/json.ts'
import { type Group, type GroupType, isGood } from '../group.ts'
import type { Readings } from '../readings.ts'

/**
 * Fourth powers leave the doubles sooner than squares, so five levels instead of the three of `scale.ts`: at each a
 * scaled value lies below 2^240, and the fourth power of a unit in its last place is still normal.
 */
const LIMITS = [2 ** -640, 2 ** -200, 2 ** 240, 2 ** 680, Number.POSITIVE_INFINITY] as const
const FACTORS = [2 ** 880, 2 ** 440, 1, 2 ** -440, 2 ** -880] as const
const LEVEL_STEP = 2 ** -440

const POWERS = 4
/** A compensated sum for each power: high parts, then low parts. */
const SUMS = 2 * POWERS

const State = z.tuple([z.number(), z.int().min(0).max(4), z.number(), z.array(z.number()).length(SUMS)])

/** Sums of the powers 1 to 4 of the distance from one of the samples, from which skewness and kurtosis come. */
export class Shape implements Group {
  count = 0
  level = 0
  pivot = 0
  sums = new Float64Array(SUMS)

  addRun(readings: Readings, from: number, to: number): void {
    const { numbers, column } = readings
    if (column.data.kind === 'text') return
    const { sums } = this
    for (let index = from; index < to; index++) {
      if (!isGood(readings, index)) continue
      const value = numbers[index] as number
      if (Math.abs(value) > (LIMITS[this.level] as number)) raiseLevel(this, levelOf(Math.abs(value)))
      if (this.count === 0) this.pivot = value + 0
      this.count++
      const factor = FACTORS[this.level] as number
      const distance = value * factor - this.pivot * factor
      const square = distance * distance
      addTo(sums, 0, distance)
      addTo(sums, 1, square)
      addTo(sums, 2, square * distance)
      addTo(sums, 3, square * square)
    }
  }

  write(): Json {
    return [this.count, this.level, this.pivot, Array.from(this.sums, (sum) => sum + 0)]
  }

  /** Third standardised moment of the population; NaN when all values are equal. */
  skewness(): number {
    const { m2, m3 } = this.#central()
    return m3 / (m2 * Math.sqrt(m2))
  }

  /** Fourth standardised moment of the population, 3 for a normal distribution; NaN when all values are equal. */
  kurtosis(): number {
    const { m2, m4 } = this.#central()
    return m4 / m2 / m2
  }

  /** Central moments, scaled. */
  #central(): { m2: number; m3: number; m4: number } {
    const [mean, square, cube, fourth] = totals(this.sums).map((total) => total / this.count) as Totals
    return {
      m2: square - mean * mean,
      m3: cube - 3 * mean * square + 2 * mean * mean * mean,
      m4: fourth - 4 * mean * cube + 6 * mean * mean * square - 3 * mean * mean * mean * mean,
    }
  }
}

type Totals = [number, number, number, number]

const totals = (sums: Float64Array): Totals =>
  [0, 1, 2, 3].map((power) => (sums[power] as number) + (sums[power + POWERS] as number)) as Totals

function addTo(sums: Float64Array, power: number, value: number): void {
  const before = sums[power] as number
  const sum = before + value
  const share = sum - before
  sums[power] = sum
  sums[power + POWERS] = (sums[power + POWERS] as number) + (before - (sum - share) + (value - share))
}

const levelOf = (magnitude: number): number => LIMITS.findIndex((limit) => magnitude <= limit)

/** One multiplication at a time, because the factors of higher powers are no doubles. */
function raiseLevel(shape: Shape, level: number): void {
  for (; shape.level < level; shape.level++) {
    for (let slot = 0; slot < SUMS; slot++) {
      for (let times = slot % POWERS; times >= 0; times--)
        shape.sums[slot] = (shape.sums[slot] as number) * LEVEL_STEP + 0
    }
  }
}

function copyOf({ count, level, pivot, sums }: Shape): Shape {
  return Object.assign(new Shape(), { count, level, pivot, sums: sums.slice() })
}

/** The smaller part is brought to the pivot of the larger by the binomial theorem. */
function merge(earlier: Shape, later: Shape): Shape {
  const merged = copyOf(later.count > earlier.count ? later : earlier)
  const moved = copyOf(later.count > earlier.count ? earlier : later)
  if (moved.count === 0) return merged
  raiseLevel(merged, moved.level)
  raiseLevel(moved, merged.level)
  const factor = FACTORS[merged.level] as number
  const by = moved.pivot * factor - merged.pivot * factor
  const [first, second, third, fourth] = totals(moved.sums)
  addTo(merged.sums, 0, first)
  addTo(merged.sums, 0, moved.count * by)
  addTo(merged.sums, 1, second)
  addTo(merged.sums, 1, by * (2 * first + moved.count * by))
  addTo(merged.sums, 2, third)
  addTo(merged.sums, 2, by * (3 * second + by * (3 * first + moved.count * by)))
  addTo(merged.sums, 3, fourth)
  addTo(merged.sums, 3, by * (4 * third + by * (6 * second + by * (4 * first + moved.count * by))))
  merged.count += moved.count
  return merged
}

export const SHAPE: GroupType<Shape> = {
  key: 'shape',
  create: () => new Shape(),
  merge,
  read: (state) => {
    const [count, level, pivot, sums] = State.parse(state)
    return Object.assign(new Shape(), { count, level, pivot, sums: Float64Array.from(sums) })
  },
}

import * as fc from 'fast-check'
import { type Column, Quality } from '../../../shared/frame/frame.ts'
import type { RollupCells } from '../../../shared/rollup/cells.ts'
import { exactOf } from '../aggregate/exact.ts'

const decimal = fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.nat(3)).map(([n, e]) => n / 10 ** e)
/** No sum of these passes the largest double, and their spread of exponents is more than two doubles hold. */
const wild = fc.double({ min: -1e300, max: 1e300, noNaN: true })
const special = fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53)

const values: fc.Arbitrary<fc.Arbitrary<number>> = fc.constantFrom(
  decimal,
  fc.integer({ min: 0, max: 3 }),
  fc.float({ min: -1000, max: 1000, noNaN: true }),
  fc.oneof({ weight: 15, arbitrary: decimal }, { weight: 1, arbitrary: special }),
  fc.oneof(wild, special),
)

const flags = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  fc.constantFrom(Quality.uncertain, Quality.bad, Quality.gapBefore, Quality.quarantined, 3),
)

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant(1_000_000) },
  { weight: 2, arbitrary: fc.constant(0) },
  fc.integer({ min: 0, max: 5_000_000 }),
  fc.integer({ min: 0, max: 2 * 86_400_000_000 }),
)
const startUs = fc.oneof(
  fc.constantFrom(0, -30_000_000, 1_750_000_000_000_000, -(2 ** 53 - 1)),
  fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
)

function timesFrom(fromUs: number, steps: readonly number[]): Float64Array {
  let timeUs = fromUs
  return Float64Array.from(steps, (each) => {
    timeUs += each
    return timeUs
  })
}

/** A column of numbers or booleans, sorted by time, times repeating. */
export const column: fc.Arbitrary<Column> = fc
  .tuple(startUs, values, fc.boolean())
  .chain(([fromUs, value, isBoolean]) =>
    fc
      .array(fc.tuple(step, flags, isBoolean ? fc.integer({ min: 0, max: 1 }) : value), {
        minLength: 1,
        maxLength: 300,
      })
      .map((samples) => ({
        tag: 'line1/a',
        timesUs: timesFrom(
          fromUs,
          samples.map(([each]) => each),
        ),
        quality: Uint8Array.from(samples, ([, flag]) => flag),
        data: isBoolean
          ? { kind: 'boolean' as const, values: Uint8Array.from(samples, ([, , each]) => each) }
          : { kind: 'number' as const, values: Float64Array.from(samples, ([, , each]) => each) },
      })),
  )

/** A sample that counts as good or bad; what is quarantined is not among them. */
export interface Sample {
  readonly timeUs: number
  readonly value: number
  readonly isGood: boolean
}

/** Samples of all columns in order of time; of one time, those of the earlier column first. */
export function samplesOf(columns: readonly Column[]): Sample[] {
  return columns
    .flatMap(({ timesUs, quality, data }) =>
      data.kind === 'text'
        ? []
        : Array.from(timesUs, (timeUs, i) => {
            const value = Number(data.values[i]) + 0
            const flag = quality[i] ?? 0
            const isGood = (flag & Quality.severityMask) < Quality.bad && Number.isFinite(value)
            return { timeUs: timeUs + 0, value, isGood, isQuarantined: (flag & Quality.quarantined) !== 0 }
          }),
    )
    .filter(({ isQuarantined }) => !isQuarantined)
    .map(({ timeUs, value, isGood }) => ({ timeUs, value, isGood }))
    .sort((a, b) => a.timeUs - b.timeUs)
}

/** Whether a pair of doubles is the sum of values, as near as `RollupCells` says. */
export function isSum(sum: number, sumLow: number, values: readonly number[]): boolean {
  const exact = values.reduce((total, value) => total + exactOf(value), 0n)
  const magnitudes = values.reduce((total, value) => total + exactOf(Math.abs(value)), 0n)
  const off = exactOf(sum) + exactOf(sumLow) - exact
  const n = BigInt(values.length)
  return (off < 0n ? -off : off) * (1n << 102n) <= n * n * magnitudes
}

const NONE = { timeUs: Number.NaN, value: Number.NaN }

/** What a cell should hold besides its sum. */
export function cellOf(startUs: number, samples: readonly Sample[]): Record<string, number> {
  const good = samples.filter(({ isGood }) => isGood)
  const least = good.find(({ value }) => good.every((other) => value <= other.value)) ?? NONE
  const most = good.find(({ value }) => good.every((other) => value >= other.value)) ?? NONE
  const [first, last] = [good[0] ?? NONE, good.at(-1) ?? NONE]
  return {
    startUs,
    count: good.length,
    bad: samples.length - good.length,
    min: least.value,
    max: most.value,
    first: first.value,
    last: last.value,
    firstUs: first.timeUs,
    lastUs: last.timeUs,
    minUs: least.timeUs,
    maxUs: most.timeUs,
  }
}

/** Samples by the cell they lie in, by exact division. */
export function groups(samples: readonly Sample[], widthUs: number): Map<number, Sample[]> {
  const width = BigInt(widthUs)
  const cells = new Map<number, Sample[]>()
  for (const sample of samples) {
    const time = BigInt(sample.timeUs)
    const startUs = Number(time - (((time % width) + width) % width))
    cells.set(startUs, [...(cells.get(startUs) ?? []), sample])
  }
  return cells
}

const ARRAYS = [
  ...(['startsUs', 'count', 'bad', 'min', 'max', 'first', 'last'] as const),
  ...(['firstUs', 'lastUs', 'minUs', 'maxUs'] as const),
]

/** Cells as plain data without sums; `toEqual` tells zeros by their sign. */
export const plainCells = (cells: RollupCells): Record<string, number>[] =>
  Array.from(cells.startsUs, (startUs, at) => ({
    startUs,
    ...Object.fromEntries(ARRAYS.slice(1).map((name) => [name, cells[name][at] ?? Number.NaN])),
  }))

/** Every bit of cells. */
export const bitsOf = (cells: RollupCells): Record<string, string> =>
  Object.fromEntries(
    [...ARRAYS, 'sum' as const, 'sumLow' as const].map((name) => {
      const { buffer, byteOffset, byteLength } = cells[name]
      return [name, Buffer.from(buffer, byteOffset, byteLength).toString('hex')]
    }),
  )

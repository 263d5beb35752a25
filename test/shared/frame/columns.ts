import * as fc from 'fast-check'
import type { Column, ColumnValues } from '../../../shared/frame/frame.ts'

/** Arbitrary columns, weighted towards what the encodings are made for and towards their edges. */

const bits = new DataView(new ArrayBuffer(8))

/** Any of the 2^64 bit patterns, so also NaNs with payloads; written into memory, never passed as a number. */
const anyBits = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
const decimals = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(12))
  .map(([mantissa, exponent]) => mantissa / 10 ** exponent)
/** A decimal off by some units in the last place, as sums of decimals are. */
const dust = decimals.map((value) => value * (1 + 2 ** -52 * 3))
const special = fc.constantFrom(
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  5e-324,
  -5e-324,
  Number.MAX_VALUE,
  2 ** 53,
)
const float32 = fc.float()

const toArray = (values: readonly number[]) => Float64Array.from(values)
const fromBits = (pairs: readonly (readonly [number, number])[]) => {
  const values = new Float64Array(pairs.length)
  const view = new DataView(values.buffer)
  pairs.forEach(([low, high], i) => {
    view.setUint32(i * 8, low, true)
    view.setUint32(i * 8 + 4, high, true)
  })
  return values
}

function runningSums(start: number, steps: readonly number[]): number[] {
  let sum = start
  return steps.map((step) => {
    sum += step
    return sum
  })
}

const lengths = { minLength: 1, maxLength: 400 }
const walk = fc
  .tuple(decimals, fc.nat(6), fc.array(fc.integer({ min: -50, max: 50 }), lengths))
  .map(([start, exponent, steps]) => {
    return toArray(runningSums(Math.round(start * 10 ** exponent), steps).map((sum) => sum / 10 ** exponent))
  })

const numbers: fc.Arbitrary<Float64Array> = fc.oneof(
  fc.array(anyBits, lengths).map(fromBits),
  fc.array(decimals, lengths).map(toArray),
  fc.array(float32, lengths).map(toArray),
  fc.array(fc.oneof({ weight: 20, arbitrary: decimals }, dust, special), lengths).map(toArray),
  fc.array(fc.constantFrom(0, 1), lengths).map(toArray),
  fc.array(fc.double(), lengths).map(toArray),
  fc
    .tuple(fc.double(), fc.integer({ min: 1, max: 400 }))
    .map(([value, count]) => new Float64Array(count).fill(value)),
  walk,
)

const texts = fc.oneof(
  fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), lengths),
  fc.array(fc.constantFrom('idle', 'running', 'fault \u{1F6D1}', ''), lengths),
)

const values: fc.Arbitrary<ColumnValues> = fc.oneof(
  { weight: 3, arbitrary: numbers.map((values) => ({ kind: 'number' as const, values })) },
  fc
    .array(fc.constantFrom(0, 1), lengths)
    .map((values) => ({ kind: 'boolean' as const, values: Uint8Array.from(values) })),
  texts.map((values) => ({ kind: 'text' as const, values })),
)

const anyTimeUs = fc.maxSafeInteger().map((timeUs) => timeUs + 0)
const times = (count: number): fc.Arbitrary<Float64Array> =>
  fc.oneof(
    fc.array(anyTimeUs, { minLength: count, maxLength: count }).map(toArray),
    fc
      .tuple(
        fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
        fc.integer({ min: -3_600_000_000, max: 3_600_000_000 }),
      )
      .map(([startUs, strideUs]) =>
        Float64Array.from({ length: count }, (_, i) => startUs + i * strideUs + 0),
      ),
    fc
      .array(
        fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 999_500, max: 1_000_500 }) }, fc.nat(2 ** 45)),
        {
          minLength: count,
          maxLength: count,
        },
      )
      .map((steps) => toArray(runningSums(1.7e15, steps))),
  )

const quality = (count: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.nat(255).map((value) => new Uint8Array(count).fill(value)),
    fc.uint8Array({ minLength: count, maxLength: count }),
    fc
      .array(fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, fc.nat(13)), {
        minLength: count,
        maxLength: count,
      })
      .map((values) => Uint8Array.from(values)),
  )

const tagNames = fc.oneof(
  fc.constantFrom('line1/press3/temperature', 'line1/press3/current', 'line1/pump/on', '日本/温度'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
)

const column: fc.Arbitrary<Column> = fc.tuple(tagNames, values).chain(([tag, data]) =>
  fc.record({
    tag: fc.constant(tag),
    timesUs: times(data.values.length),
    quality: quality(data.values.length),
    data: fc.constant(data),
  }),
)

/** Columns, some of which share their times. */
export const columns: fc.Arbitrary<Column[]> = fc.array(column, { maxLength: 5 }).map((list) =>
  list.map((each, i) => {
    const first = list[0]
    return i % 2 === 1 && first?.timesUs.length === each.timesUs.length
      ? { ...each, timesUs: first.timesUs }
      : each
  }),
)

/** A column as plain data that `toEqual` compares to the bit: doubles as the hexadecimal of their bytes. */
export function exactly(column: Column): unknown {
  const { data } = column
  return {
    tag: column.tag,
    timesUs: [...column.timesUs],
    quality: [...column.quality],
    kind: data.kind,
    values: data.kind === 'number' ? [...data.values].map((_, i) => hexAt(data.values, i)) : [...data.values],
  }
}

function hexAt(values: Float64Array, i: number): string {
  const view = new DataView(values.buffer, values.byteOffset + i * 8, 8)
  return view.getBigUint64(0, true).toString(16)
}

/** One sample as text, for comparing what came out of many frames with what went in. */
export function sampleTexts(column: Column): string[] {
  const { data } = column
  return Array.from(column.timesUs, (timeUs, i) => {
    const value = data.kind === 'number' ? hexAt(data.values, i) : String(data.values[i])
    return `${timeUs} ${column.quality[i]} ${value}`
  })
}

/** A NaN with this payload, which no arithmetic makes. */
export function payloadNaN(): Float64Array {
  bits.setUint32(0, 0xdeadbeef, true)
  bits.setUint32(4, 0x7ff40001, true)
  return new Float64Array(bits.buffer.slice(0))
}

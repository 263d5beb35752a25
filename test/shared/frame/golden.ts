import type { Column, ColumnValues, FrameContent } from '../../../shared/frame/frame.ts'

/**
 * Contents whose bytes are kept in `fixtures/NAME.hex`, one for each family of encodings: what version 1 has
 * written it must always read.
 */

const START_US = 1_767_225_600_000_000
const mark = { completeBeforeUs: START_US + 1, position: '{"offset":1234}' }

export const goldenIdentity = {
  producer: 'genba.Collector/press-line',
  epoch: 1_767_225_600_123,
  sequence: 42,
}

const evenTimes = (count: number) => Float64Array.from({ length: count }, (_, i) => START_US + i * 1_000_000)

function samples(timesUs: Float64Array, data: ColumnValues, quality?: readonly number[]): FrameContent {
  const column: Column = {
    tag: 'line1/press3/value',
    timesUs,
    quality: Uint8Array.from(quality ?? new Array(timesUs.length).fill(0)),
    data,
  }
  return { body: 'samples', columns: [column], ...mark }
}

const numbers = (values: readonly number[], timesUs = evenTimes(values.length)) =>
  samples(timesUs, { kind: 'number', values: Float64Array.from(values) })

/** A sequence with no pattern, from integers alone, so that every engine makes the same. */
function scattered(count: number): number[] {
  let state = 1
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647
    return state
  })
}

function fromWords(words: readonly number[]): Float64Array {
  return new Float64Array(Uint32Array.from(words).buffer)
}

const irregular = Float64Array.from(scattered(20), (step, i) => START_US + i * 1_000_000 + (step % 500))
const withGap = Float64Array.from(
  { length: 150 },
  (_, i) => START_US + i * 3_600_000_000 + (i > 70 ? 8.64e10 : 0),
)
const repeatedHour = Float64Array.from(
  { length: 40 },
  (_, i) => START_US + (i < 24 ? i : i - 12) * 300_000_000,
)

export const goldenContents: Readonly<Record<string, FrameContent>> = {
  constant: numbers(new Array(50).fill(Math.PI)),
  decimals: numbers(scattered(150).map((state, i) => (2000 + i * 3 + (state % 7)) / 100)),
  'decimals-outlier': numbers(
    Array.from({ length: 140 }, (_, i) => (i === 77 ? 99_999.5 : 20 + (i % 4) / 2)),
  ),
  'decimals-dust': numbers([
    0.1 + 0.2,
    0.3,
    0.7 + 0.1,
    0.8,
    74.93588199999998,
    74.935882,
    1.1,
    1.2,
    1.3,
    1.4,
  ]),
  'decimals-special': samples(evenTimes(6), {
    kind: 'number',
    values: fromWords([
      0, 0x3ff80000, 0, 0x80000000, 0, 0x7ff00000, 0xdeadbeef, 0x7ff40001, 0, 0x40040000, 0, 0,
    ]),
  }),
  floats: numbers(scattered(30).map((state) => Math.fround(20 + state / 2 ** 31))),
  xor: numbers(scattered(30).map((state) => Math.sqrt(1000 + (state % 100) / 7))),
  raw: samples(evenTimes(20), { kind: 'number', values: fromWords(scattered(40).map((state) => state * 2)) }),
  'times-irregular': numbers(new Array(20).fill(1), irregular),
  'times-gap': numbers(new Array(150).fill(1), withGap),
  'times-repeated-hour': numbers(new Array(40).fill(1), repeatedHour),
  'times-raw': numbers([1, 2, 3], Float64Array.of(-Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER)),
  'booleans-runs': samples(evenTimes(200), {
    kind: 'boolean',
    values: Uint8Array.from({ length: 200 }, (_, i) => (i >= 60 && i < 170 ? 1 : 0)),
  }),
  'booleans-packed': samples(evenTimes(40), {
    kind: 'boolean',
    values: Uint8Array.from(scattered(40), (state) => state % 2),
  }),
  'texts-raw': samples(evenTimes(3), { kind: 'text', values: ['日本', '', 'press \u{1F6D1}'] }),
  'texts-packed': samples(evenTimes(12), {
    kind: 'text',
    values: scattered(12).map((state) => ['idle', 'running', 'fault'][state % 3] ?? ''),
  }),
  'texts-runs': samples(evenTimes(90), {
    kind: 'text',
    values: Array.from({ length: 90 }, (_, i) => (i < 50 ? 'running' : 'idle')),
  }),
  'quality-packed': samples(
    evenTimes(24),
    { kind: 'boolean', values: new Uint8Array(24) },
    scattered(24).map((state) => state % 13),
  ),
  'quality-runs': samples(
    evenTimes(60),
    { kind: 'boolean', values: new Uint8Array(60) },
    Array.from({ length: 60 }, (_, i) => (i < 2 ? 4 : 0)),
  ),
  'shared-times': {
    body: 'samples',
    columns: ['line1/press3/current', 'line1/press3/temperature', 'line1/pump/on'].map((tag, i) => ({
      tag,
      timesUs: evenTimes(8),
      quality: new Uint8Array(8),
      data: { kind: 'number', values: Float64Array.from({ length: 8 }, (_, j) => i * 10 + j) },
    })),
    ...mark,
  },
  heartbeat: { body: 'samples', columns: [], completeBeforeUs: Number.NEGATIVE_INFINITY, position: '' },
  records: { body: 'records', records: ['{"v":1}', '', '{"text":"温度"}'], ...mark },
}

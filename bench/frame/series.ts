import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Column, ColumnValues } from '../../shared/frame/frame.ts'
import { parseTimeUs } from '../../shared/time/iso.ts'

/** Input of the benchmark: one tag's samples under a name. */
export interface Series {
  readonly name: string
  readonly column: Column
}

const START_US = 1_767_225_600_000_000
const MACHINE_ROWS = 22_695
const FAST_ROWS = 250_000

/** Generated inputs, the same in every run. */
export function generateSeries(): Series[] {
  return [machineSeries(), sineSeries('sine', 0), sineSeries('jitter', 500), stateSeries(), floatSeries()]
}

/** A CSV file with a time stamp and one value a row. */
export function readSeries(path: string): Series {
  const rows = readFileSync(path, 'utf8').split('\n').slice(1)
  const pairs = rows.map((row) => row.split(',')).filter((cells) => cells.length === 2)
  const timesUs = Float64Array.from(pairs, ([time = '']) => parseTimeUs(time) ?? Number.NaN)
  const values = Float64Array.from(pairs, ([, value]) => Number(value))
  return series(basename(path, '.csv'), timesUs, { kind: 'number', values })
}

/** Like a logged machine temperature: five-minute rows, eight decimals, dust in one of twenty, one hour twice. */
function machineSeries(): Series {
  const random = createRandom(1)
  let level = 80
  const values = Float64Array.from({ length: MACHINE_ROWS }, () => {
    level += (random() - 0.5) * 2 + (85 - level) * 0.01
    const decimal = Math.round(level * 1e8) / 1e8
    return random() < 0.05 ? decimal * (1 - 2 ** -52) : decimal
  })
  const repeatedAt = MACHINE_ROWS >> 1
  const timesUs = Float64Array.from(
    { length: MACHINE_ROWS },
    (_, i) => START_US + (i < repeatedAt ? i : i - 12) * 300_000_000,
  )
  return series('machine', timesUs, { kind: 'number', values })
}

/** A slow sine with noise at two decimals, ten times a second, with some microseconds of jitter. */
function sineSeries(name: string, jitterUs: number): Series {
  const random = createRandom(2)
  const values = Float64Array.from(
    { length: FAST_ROWS },
    (_, i) =>
      Math.round((50 + 10 * Math.sin(i / 500) + (random() + random() + random() - 1.5) * 0.5) * 100) / 100,
  )
  const timesUs = Float64Array.from(
    { length: FAST_ROWS },
    (_, i) => START_US + i * 100_000 + Math.round((random() * 2 - 1) * jitterUs),
  )
  return series(name, timesUs, { kind: 'number', values })
}

/** On and off for about a minute each, once a second. */
function stateSeries(): Series {
  const random = createRandom(3)
  let state = 0
  const values = Uint8Array.from({ length: FAST_ROWS }, () => {
    if (random() < 1 / 60) state = 1 - state
    return state
  })
  return series('states', evenTimes(1_000_000), { kind: 'boolean', values })
}

/** A vibration level as a controller gives it: a 32-bit float. */
function floatSeries(): Series {
  const random = createRandom(4)
  let level = 2
  const values = Float64Array.from({ length: FAST_ROWS }, () => {
    level = Math.abs(level + (random() - 0.5) * 0.05)
    return Math.fround(level)
  })
  return series('float32', evenTimes(100_000), { kind: 'number', values })
}

function evenTimes(strideUs: number): Float64Array {
  return Float64Array.from({ length: FAST_ROWS }, (_, i) => START_US + i * strideUs)
}

function series(name: string, timesUs: Float64Array, data: ColumnValues): Series {
  return { name, column: { tag: `bench/${name}`, timesUs, quality: new Uint8Array(timesUs.length), data } }
}

/** xorshift32, so that every run measures the same data. */
function createRandom(seed: number): () => number {
  let state = seed * 0x9e3779b1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { Column, ColumnValues } from '../../../shared/frame/frame.ts'
import {
  FRAME_COLUMNS_MAX,
  FRAME_SAMPLES_MAX,
  POSITION_BYTES_MAX,
  PRODUCER_BYTES_MAX,
  TAG_BYTES_MAX,
  TEXT_BYTES_MAX,
} from '../../../shared/frame/limits.ts'
import { exactly, payloadNaN } from './columns.ts'

const mark = { completeBeforeUs: 0, position: '' }
const identity = { producer: 'p', epoch: 1, sequence: 0 }

function columnOf(data: ColumnValues, changes: Partial<Column> = {}): Column {
  const count = data.values.length
  return { tag: 't', timesUs: new Float64Array(count), quality: new Uint8Array(count), data, ...changes }
}

const number = (...values: number[]): ColumnValues => ({ kind: 'number', values: Float64Array.from(values) })
const encode = (...columns: Column[]) => encodeContent({ body: 'samples', columns, ...mark })

describe('content that contradicts itself', () => {
  it.each<[string, Column]>([
    ['fewer times than values', columnOf(number(1, 2), { timesUs: new Float64Array(1) })],
    ['fewer qualities than values', columnOf(number(1, 2), { quality: new Uint8Array(1) })],
    ['a time with a fraction', columnOf(number(1), { timesUs: Float64Array.of(0.5) })],
    ['a time that is no number', columnOf(number(1), { timesUs: Float64Array.of(Number.NaN) })],
    ['a time beyond whole microseconds', columnOf(number(1), { timesUs: Float64Array.of(2 ** 53) })],
    ['a boolean of 2', columnOf({ kind: 'boolean', values: Uint8Array.of(2) })],
    ['half a surrogate pair in a text', columnOf({ kind: 'text', values: ['\uD83D'] })],
    ['half a surrogate pair in a tag', columnOf(number(1), { tag: '\uD83D' })],
  ])('is refused: %s', (_, column) => {
    expect(() => encode(column)).toThrow(expect.objectContaining({ code: 'GENBA_FRAME_CONTENT' }))
  })

  it('is refused: a watermark that is no number, or half a surrogate pair in a record', () => {
    const content = expect.objectContaining({ code: 'GENBA_FRAME_CONTENT' })
    const records = { body: 'records', position: '' } as const
    expect(() => encodeContent({ ...records, records: [], completeBeforeUs: Number.NaN })).toThrow(content)
    expect(() => encodeContent({ ...records, records: ['\uD83D'], completeBeforeUs: 0 })).toThrow(content)
  })
})

describe('content beyond a hard limit', () => {
  const limit = expect.objectContaining({ code: 'GENBA_FRAME_LIMIT' })

  it('is refused, and at the limit is taken', () => {
    const text = (length: number) => columnOf({ kind: 'text', values: ['x'.repeat(length)] })
    const tag = (length: number) => columnOf(number(1), { tag: 'x'.repeat(length) })
    encode(text(TEXT_BYTES_MAX), tag(TAG_BYTES_MAX))
    expect(() => encode(text(TEXT_BYTES_MAX + 1))).toThrow(limit)
    expect(() => encode(tag(TAG_BYTES_MAX + 1))).toThrow(limit)
    expect(() => encode(tag(0))).toThrow(limit)
    const position = 'x'.repeat(POSITION_BYTES_MAX + 1)
    expect(() => encodeContent({ body: 'samples', columns: [], completeBeforeUs: 0, position })).toThrow(
      limit,
    )
    const record = 'x'.repeat(TEXT_BYTES_MAX + 1)
    expect(() => encodeContent({ body: 'records', records: [record], ...mark })).toThrow(limit)
    const producer = 'x'.repeat(PRODUCER_BYTES_MAX + 1)
    expect(() => sealFrame(encode(), { ...identity, producer })).toThrow(limit)
  })

  it('counts columns and samples of the whole frame', () => {
    const half = columnOf({ kind: 'boolean', values: new Uint8Array(FRAME_SAMPLES_MAX / 2) })
    encode(half, { ...half, tag: 'u' })
    expect(() => encode(half, { ...half, tag: 'u' }, columnOf(number(1)))).toThrow(limit)
    const many = Array.from({ length: FRAME_COLUMNS_MAX + 1 }, (_, i) =>
      columnOf(number(1), { tag: `t${i}` }),
    )
    expect(() => encode(...many)).toThrow(limit)
  })
})

describe('a column', () => {
  it('keeps the payload of every NaN, in each encoding', () => {
    const nan = payloadNaN()
    const mixes = [[], [1.5, 2.5, 3.25], [Math.fround(0.1), Math.fround(0.7)], [Math.PI, Math.E, Math.SQRT2]]
    for (const others of mixes) {
      const values = new Float64Array(200)
      for (let i = 0; i < 200; i++) values[i] = others[i % others.length] ?? 0
      values.set(nan, 100)
      if (others.length === 0) for (let i = 0; i < 200; i++) values.set(nan, i)
      const column = columnOf({ kind: 'number', values })
      const frame = decodeFrame(sealFrame(encode(column), identity))
      expect(frame.body === 'samples' && frame.columns.map(exactly)).toEqual([exactly(column)])
    }
  })

  it('without samples is left out', () => {
    const frame = decodeFrame(sealFrame(encode(columnOf(number())), identity))
    expect(frame).toMatchObject({ body: 'samples', columns: [] })
  })

  it('may begin in the middle of another array', () => {
    const values = Float64Array.of(9, 1.5, -0, Number.NaN, 9).subarray(1, 4)
    const column = columnOf(
      { kind: 'number', values },
      { timesUs: Float64Array.of(9, 1, 2, 3, 9).subarray(1, 4) },
    )
    const frame = decodeFrame(sealFrame(encode(column), identity))
    expect(frame.body === 'samples' && frame.columns.map(exactly)).toEqual([exactly(column)])
  })

  it('is decoded from bytes that begin in the middle of others', () => {
    const column = columnOf(number(1.5, 2.5, Math.PI))
    const bytes = sealFrame(encode(column), identity)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const frame = decodeFrame(shifted.subarray(3))
    expect(frame.body === 'samples' && frame.columns.map(exactly)).toEqual([exactly(column)])
  })
})

describe('encoded size', () => {
  const size = (data: ColumnValues) => {
    const timesUs = Float64Array.from(data.values, (_: unknown, i: number) => 1.7e15 + i * 1_000_000)
    return encode(columnOf(data, { timesUs })).bytes.length / data.values.length
  }
  const length = { length: 4096 }

  it('is what each kind of signal allows, times and quality included', () => {
    const sine = Float64Array.from(
      length,
      (_, i) => Math.round(2000 * Math.sin(i / 50) + ((i * 7919) % 32)) / 100,
    )
    expect(size({ kind: 'number', values: sine })).toBeLessThan(0.9)
    const counter = Float64Array.from(length, (_, i) => i * 3 + (i % 2))
    expect(size({ kind: 'number', values: counter })).toBeLessThan(0.3)
    const floats = Float64Array.from(length, (_, i) => Math.fround(3 + Math.sin(i / 50)))
    expect(size({ kind: 'number', values: floats })).toBeLessThan(2.5)
    const states = Uint8Array.from(length, (_, i) => (i % 512 < 256 ? 1 : 0))
    expect(size({ kind: 'boolean', values: states })).toBeLessThan(0.03)
    const texts = Array.from(length, (_, i) => (i % 512 < 256 ? 'running' : 'idle'))
    expect(size({ kind: 'text', values: texts })).toBeLessThan(0.03)
  })

  it('is as small for a signal of any period', () => {
    for (const period of [2, 3, 8, 10, 32, 64, 128, 341]) {
      const values = Float64Array.from(length, (_, i) => (i % period === 0 ? 20 : 20.25 + (i % 2)))
      expect(size({ kind: 'number', values })).toBeLessThan(1.3)
    }
  })

  it('is not widened by a few outliers', () => {
    const calm = Float64Array.from(length, (_, i) => 20 + (i % 8) / 10)
    const spiked = calm.map((value, i) => (i % 500 === 250 ? 1e9 : value))
    const added = size({ kind: 'number', values: spiked }) - size({ kind: 'number', values: calm })
    expect(added * 4096).toBeLessThan(8 * 12)
  })
})

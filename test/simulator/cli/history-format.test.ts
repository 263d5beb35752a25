import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import { formatSamples, historyHeader } from '../../../simulator/cli/history/format.ts'

const frame = (column: Column): SampleFrame => ({
  body: 'samples',
  header: { producer: 'p', epoch: 1, sequence: 0, completeBeforeUs: 0, position: '' },
  columns: [column],
})

const numbers = (values: readonly number[], quality: number[] = values.map(() => 0)): SampleFrame =>
  frame({
    tag: 'line1/temperature',
    timesUs: Float64Array.from(values, (_, index) => index * 1_000_000),
    quality: Uint8Array.from(quality),
    data: { kind: 'number', values: Float64Array.from(values) },
  })

const texts = (tag: string, values: readonly string[]): SampleFrame =>
  frame({
    tag,
    timesUs: Float64Array.from(values, () => 1_500_001),
    quality: new Uint8Array(values.length),
    data: { kind: 'text', values },
  })

describe('history as CSV', () => {
  it('has one header and one row a sample, with time, tag, value and severity', () => {
    expect(historyHeader('csv')).toBe('time,tag,value,quality\n')
    expect(formatSamples(numbers([20.5, 21], [Quality.good, Quality.bad | Quality.gapBefore]), 'csv')).toBe(
      '1970-01-01T00:00:00.000Z,line1/temperature,20.5,good\n1970-01-01T00:00:01.000Z,line1/temperature,21,bad\n',
    )
  })

  it('gives every number back bit for bit', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const [, , text] = formatSamples(numbers([value]), 'csv')
          .trimEnd()
          .split(',')
        expect(Object.is(Number(text), value)).toBe(true)
      }),
    )
  })

  it('quotes texts and tags as RFC 4180 says', () => {
    expect(formatSamples(texts('a,b', ['say "on"', 'two\nlines', 'plain']), 'csv')).toBe(
      [
        '1970-01-01T00:00:01.500001Z,"a,b","say ""on""",good\n',
        '1970-01-01T00:00:01.500001Z,"a,b","two\nlines",good\n',
        '1970-01-01T00:00:01.500001Z,"a,b",plain,good\n',
      ].join(''),
    )
  })

  it('prints booleans as words', () => {
    const column: Column = {
      tag: 't',
      timesUs: Float64Array.of(0, 0),
      quality: Uint8Array.of(0, 1),
      data: { kind: 'boolean', values: Uint8Array.of(1, 0) },
    }
    expect(formatSamples(frame(column), 'csv')).toMatch(/,true,good\n.*,false,uncertain\n/)
  })
})

describe('history as JSON lines', () => {
  const rows = (given: SampleFrame) =>
    formatSamples(given, 'jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('names what is not finite, and keeps the sign of zero', () => {
    const values = rows(numbers([Number.NaN, Number.POSITIVE_INFINITY, -0, 0.1])).map(({ value }) => value)
    expect(values).toEqual(['NaN', 'Infinity', -0, 0.1])
  })

  it('says why a sample is set apart', () => {
    expect(rows(numbers([1, 2], [Quality.quarantined | Quality.gapBefore, 0]))).toMatchObject([
      { quality: 'good', flags: ['gapBefore', 'quarantined'] },
      { quality: 'good', value: 2 },
    ])
  })

  it('keeps any text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(rows(texts(text, [text]))[0]).toMatchObject({ tag: text, value: text })
      }),
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceColumn } from '../../../shared/frame/column.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { coarsenCells, joinCells } from '../../../shared/rollup/merge.ts'
import { RESOLUTIONS_US, resolutionOf } from '../../../shared/rollup/resolution.ts'
import { rollUp } from '../../../shared/rollup/roll-up.ts'
import { cellOf, column, groups, isSum, plainCells, samplesOf } from './samples.ts'

const width = fc.constantFrom(...RESOLUTIONS_US)
const texts: Column = {
  tag: 'line1/a',
  timesUs: Float64Array.of(0),
  quality: Uint8Array.of(0),
  data: { kind: 'text', values: ['on'] },
}

/** Runs of even steps, some with many samples a cell. */
const denseColumn = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 400 }),
      stepUs: fc.constantFrom(9_000, 400_000, 7_000_000),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((runs): Column => {
    let timeUs = 0
    const timesUs = Float64Array.from(
      runs.flatMap(({ count, stepUs }) => Array(count).fill(stepUs)),
      (stepUs) => {
        timeUs += stepUs
        return timeUs
      },
    )
    const quality = new Uint8Array(timesUs.length)
    return {
      tag: 'line1/a',
      timesUs,
      quality,
      data: { kind: 'number', values: new Float64Array(timesUs.length) },
    }
  })

function expectCells(cells: ReturnType<typeof rollUp>, columns: readonly Column[], widthUs: number): void {
  const byCell = [...groups(samplesOf(columns), widthUs)]
  expect(cells.widthUs).toBe(widthUs)
  expect(plainCells(cells)).toEqual(byCell.map(([startUs, samples]) => cellOf(startUs, samples)))
  byCell.forEach(([, samples], at) => {
    const good = samples.filter(({ isGood }) => isGood).map(({ value }) => value)
    expect(isSum(cells.sum[at] ?? Number.NaN, cells.sumLow[at] ?? Number.NaN, good)).toBe(true)
  })
}

/** Parts of a column at some places, all samples in order. */
function divide(whole: Column, places: readonly number[]): Column[] {
  const cuts = [...new Set(places.map((place) => place % (whole.timesUs.length + 1)))].sort((a, b) => a - b)
  return [0, ...cuts].map((from, i) => sliceColumn(whole, from, cuts[i] ?? whole.timesUs.length))
}

describe('the cells of samples', () => {
  it('are the samples grouped by hand', () => {
    fc.assert(
      fc.property(column, width, (given, widthUs) => expectCells(rollUp([given], widthUs), [given], widthUs)),
    )
  })

  it('hold numbers and booleans of several columns, and no texts', () => {
    fc.assert(
      fc.property(fc.array(column, { maxLength: 3 }), width, (columns, widthUs) =>
        expectCells(rollUp([texts, ...columns], widthUs), columns, widthUs),
      ),
    )
  })

  it('are the same however the samples are divided into chunks', () => {
    fc.assert(
      fc.property(column, width, fc.array(fc.nat(300), { maxLength: 6 }), (given, widthUs, places) => {
        const parts = divide(given, places).map((part) => rollUp([part], widthUs))
        expectCells(joinCells(parts, widthUs), [given], widthUs)
      }),
    )
  })

  it('coarsen to the cells of any wider width, also when chunks have several', () => {
    const widths = fc.array(width, { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(column, widths, fc.array(fc.nat(300), { maxLength: 6 }), (given, widthsUs, places) => {
        const parts = divide(given, places).map((part, i) => rollUp([part], widthsUs[i] ?? 0))
        const widest = Math.max(...parts.map(({ widthUs }) => widthUs))
        expectCells(joinCells(parts), [given], widest)
        expectCells(coarsenCells(joinCells(parts), 86_400_000_000), [given], 86_400_000_000)
      }),
    )
  })

  it('have equal bits whatever the division when two doubles hold the sums, as they do those of decimals', () => {
    const decimals = fc.array(fc.integer({ min: 100, max: 99_999 }), { minLength: 1, maxLength: 500 })
    fc.assert(
      fc.property(decimals, fc.array(fc.nat(500), { maxLength: 6 }), (cents, places) => {
        const whole: Column = {
          tag: 'line1/a',
          timesUs: Float64Array.from(cents, (_, i) => i * 700_000),
          quality: new Uint8Array(cents.length),
          data: { kind: 'number', values: Float64Array.from(cents, (each) => each / 100) },
        }
        const parts = divide(whole, places).map((part) => rollUp([part], 60_000_000))
        expect(joinCells(parts)).toEqual(rollUp([whole], 60_000_000))
      }),
    )
  })

  it('are refused when times go back, lists overlap, or a width is no multiple', () => {
    const at = (...timesUs: number[]): Column => ({
      tag: 'a',
      timesUs: Float64Array.from(timesUs),
      quality: new Uint8Array(timesUs.length),
      data: { kind: 'number', values: new Float64Array(timesUs.length) },
    })
    expect(() => rollUp([at(5, 4)], 10)).toThrow(RangeError)
    expect(() => rollUp([at(5)], 0)).toThrow(RangeError)
    expect(() => joinCells([rollUp([at(50)], 10), rollUp([at(40)], 10)])).toThrow(RangeError)
    expect(() => coarsenCells(rollUp([at(50)], 10), 15)).toThrow(RangeError)
    expect(() => joinCells([])).toThrow(RangeError)
    expect(joinCells([], 10).startsUs).toHaveLength(0)
  })

  it('have no sum where it passed the largest double, and all else', () => {
    const values = Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE, 1)
    const cells = rollUp(
      [
        {
          tag: 'a',
          timesUs: Float64Array.of(0, 1, 2),
          quality: new Uint8Array(3),
          data: { kind: 'number', values },
        },
      ],
      10,
    )
    expect(cells).toMatchObject({ sum: Float64Array.of(Number.NaN), max: Float64Array.of(Number.MAX_VALUE) })
  })
})

describe('the resolution of a chunk', () => {
  it('is the finest with at most a 128th as many cells as samples', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(column, denseColumn), { maxLength: 3 }), (columns) => {
        const samples = samplesOf(columns)
        const isCoarse = (widthUs: number) =>
          samples.length > 0 && groups(samples, widthUs).size * 128 <= samples.length
        expect(resolutionOf([texts, ...columns])).toBe(RESOLUTIONS_US.find(isCoarse))
      }),
    )
  })
})

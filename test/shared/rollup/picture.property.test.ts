import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToM4, createM4, pointsOfM4 } from '../../../shared/aggregate/downsample/m4.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { pictureOf } from '../../../shared/rollup/picture.ts'
import { RESOLUTIONS_US } from '../../../shared/rollup/resolution.ts'
import { rollUp } from '../../../shared/rollup/roll-up.ts'
import { statisticsOf } from '../../../shared/rollup/statistics.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../../shared/time/time.ts'
import { exactOf, ratio } from '../aggregate/exact.ts'
import { cellOf, column, type Sample, samplesOf } from './samples.ts'

const width = fc.constantFrom(...RESOLUTIONS_US)

/** Of good samples alone: M4 knows no quality. */
function m4Points(samples: readonly Sample[], startUs: number, endUs: number) {
  const good = samples.filter(({ isGood }) => isGood)
  const m4 = createM4(startUs, endUs, 1)
  return pointsOfM4(
    addToM4(
      m4,
      Float64Array.from(good, ({ timeUs }) => timeUs),
      Float64Array.from(good, ({ value }) => value),
    ),
  )
}

/** A range about some samples, from one that lies within one cell to one that holds all. */
const range = (columns: readonly Column[], from: number, length: number): [number, number] => {
  const timesUs = columns.flatMap((each) => [...each.timesUs])
  const least = Math.min(...timesUs)
  const span = Math.max(...timesUs) - least + 1
  const startUs = Math.max(TIME_US_MIN, Math.floor(least + (from - 0.25) * span))
  const endUs = Math.min(TIME_US_MAX, startUs + Math.ceil(length * span))
  return [Math.min(startUs, endUs - 1), endUs]
}

describe('the picture of a range', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  const length = fc.double({ min: 0, max: 2, noNaN: true })

  it('is M4 of the samples over its columns', () => {
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 2 }),
        width,
        fc.tuple(fraction, length),
        fc.integer({ min: 8, max: 200 }),
        (columns, widthUs, [from, long], pointsMax) => {
          const [startUs, endUs] = range(columns, from, long)
          const picture = pictureOf(rollUp(columns, widthUs), startUs, endUs, pointsMax)
          const { columnUs, timesUs, values } = picture
          const columnCount = (picture.endUs - picture.startUs) / columnUs
          expect(picture.startUs <= startUs && picture.endUs >= endUs).toBe(true)
          expect(columnUs % widthUs === 0 && picture.startUs % columnUs === 0).toBe(true)
          expect(columnCount * 4).toBeLessThanOrEqual(pointsMax)
          const samples = samplesOf(columns)
          const points = Array.from({ length: columnCount }, (_, i) => picture.startUs + i * columnUs)
          const expected = points.flatMap((atUs) => m4Points(samples, atUs, atUs + columnUs))
          expect(Array.from(timesUs, (timeUs, i) => ({ timeUs, value: values[i] }))).toEqual(expected)
        },
      ),
    )
  })

  it('is as fine as the cells when there are points enough', () => {
    const given: Column = {
      tag: 'a',
      timesUs: Float64Array.from({ length: 600 }, (_, i) => i * 1e6),
      quality: new Uint8Array(600),
      data: { kind: 'number', values: Float64Array.from({ length: 600 }, (_, i) => i % 7) },
    }
    const cells = rollUp([given], 10e6)
    expect(pictureOf(cells, 0, 600e6, 240).columnUs).toBe(10e6)
    expect(pictureOf(cells, 0, 600e6, 239).columnUs).toBe(20e6)
  })

  it('is refused without time, or points for two columns', () => {
    const cells = rollUp([], 10e6)
    expect(() => pictureOf(cells, 5, 5, 100)).toThrow(RangeError)
    expect(() => pictureOf(cells, 5, Infinity, 100)).toThrow(RangeError)
    expect(() => pictureOf(cells, 0, 5, 7)).toThrow(RangeError)
    expect(pictureOf(cells, 0, 5, 8).timesUs).toHaveLength(0)
  })
})

describe('the statistics of cells', () => {
  it('are those of the samples', () => {
    fc.assert(
      fc.property(fc.array(column, { maxLength: 2 }), width, (columns, widthUs) => {
        const samples = samplesOf(columns)
        const good = samples.filter(({ isGood }) => isGood).map(({ value }) => value)
        const { mean, sum, ...rest } = statisticsOf(rollUp(columns, widthUs))
        const cell = cellOf(0, samples)
        const point = (name: string) =>
          good.length === 0 ? undefined : { timeUs: cell[`${name}Us`], value: cell[name] }
        expect(rest).toEqual({
          count: good.length,
          bad: samples.length - good.length,
          min: point('min'),
          max: point('max'),
          first: point('first'),
          last: point('last'),
        })
        expect(mean === undefined).toBe(good.length === 0)
        const total = good.reduce((all, value) => all + exactOf(value), 0n)
        const magnitudes = good.reduce((all, value) => all + exactOf(Math.abs(value)), 0n)
        const slack = good.length ** 2 * 2 ** -102 * ratio(magnitudes, 1n, 1074n)
        const off = exactOf(sum) - total
        expect((off < 0n ? -off : off) <= ((total < 0n ? -total : total) >> 53n) + exactOf(slack) + 1n).toBe(
          true,
        )
        if (mean === undefined) return
        const exact = ratio(total, BigInt(good.length), 1074n)
        const bound =
          Math.abs(exact) * 2 ** -52 + good.length * 2 ** -102 * ratio(magnitudes, 1n, 1074n) + 5e-324
        expect(Math.abs(mean - exact)).toBeLessThanOrEqual(bound)
      }),
    )
  })
})

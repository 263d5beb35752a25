import { describe, expect, it } from 'vitest'
import { lttb } from '../../../../shared/aggregate/downsample/lttb.ts'
import { minMaxLttb } from '../../../../shared/aggregate/downsample/min-max-lttb.ts'

const EPOCH_US = 1.7e15

function curve(length: number, valueAt: (index: number) => number) {
  return {
    timesUs: Float64Array.from({ length }, (_, index) => EPOCH_US + index * 1000),
    values: Float64Array.from({ length }, (_, index) => valueAt(index)),
  }
}

describe.each([
  ['LTTB', lttb],
  ['MinMaxLTTB', minMaxLttb],
])('%s', (_, pick) => {
  it('keeps as many samples as asked for, ascending, with both ends', () => {
    const { timesUs, values } = curve(5000, (index) => Math.sin(index / 40) + ((index * 7919) % 100) / 500)
    for (const count of [3, 10, 100, 999]) {
      const picked = pick(timesUs, values, count)
      expect(picked).toHaveLength(count)
      expect(picked.at(0)).toBe(0)
      expect(picked.at(-1)).toBe(4999)
      expect(picked.every((index, at) => at === 0 || index > (picked[at - 1] ?? index))).toBe(true)
    }
  })

  it('keeps all of a curve that is short enough', () => {
    const { timesUs, values } = curve(5, (index) => index)
    expect(pick(timesUs, values, 5)).toEqual([0, 1, 2, 3, 4])
    expect(pick(timesUs, values, 100)).toEqual([0, 1, 2, 3, 4])
    expect(pick(new Float64Array(0), new Float64Array(0), 10)).toEqual([])
  })

  it('keeps a spike and the corners of a step', () => {
    const spike = curve(2000, (index) => (index === 777 ? 50 : 0))
    expect(pick(spike.timesUs, spike.values, 20)).toContain(777)
    const step = curve(2000, (index) => (index < 1000 ? 0 : 1))
    const picked = pick(step.timesUs, step.values, 200)
    expect(picked.some((index) => index >= 990 && index < 1000)).toBe(true)
    expect(picked.some((index) => index >= 1000 && index <= 1010)).toBe(true)
  })
})

describe('the largest triangle', () => {
  it('is the one that the published steps give, worked by hand', () => {
    const timesUs = Float64Array.of(0, 1, 2, 3, 4, 5)
    const values = Float64Array.of(0, 5, 1, 0, 4, 0)
    // Buckets 1..2 and 3..4; the mean after the first is (3.5, 2), and the last sample after the second.
    expect(lttb(timesUs, values, 4)).toEqual([0, 1, 4, 5])
  })

  it('keeps the ends alone when fewer than three are asked for', () => {
    expect(lttb(Float64Array.of(0, 1, 2), Float64Array.of(0, 9, 0), 2)).toEqual([0, 2])
  })
})

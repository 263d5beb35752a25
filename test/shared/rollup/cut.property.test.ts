import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Column } from '../../../shared/frame/frame.ts'
import { cutCells } from '../../../shared/rollup/cut.ts'
import { rollUp } from '../../../shared/rollup/roll-up.ts'
import { column } from './samples.ts'

/** The samples of a column in a range. */
function within({ tag, timesUs, quality, data }: Column, fromUs: number, toUs: number): Column {
  const isIn = (_: unknown, at: number) => (timesUs[at] ?? 0) >= fromUs && (timesUs[at] ?? 0) < toUs
  const values = data.kind === 'text' ? [] : Float64Array.from(data.values).filter(isIn)
  return {
    tag,
    timesUs: timesUs.filter(isIn),
    quality: quality.filter(isIn),
    data: { kind: 'number', values: Float64Array.from(values) },
  }
}

describe('cells cut to a range', () => {
  it('are those of its samples, or are refused where an end lies between the samples of one', () => {
    const widths = fc.constantFrom(10_000_000, 60_000_000)
    fc.assert(
      fc.property(column, widths, fc.nat(300), fc.nat(300), fc.nat(2), (given, widthUs, from, to, after) => {
        const { timesUs } = given
        const fromUs = (timesUs[from % timesUs.length] ?? 0) + after
        const toUs = (timesUs[to % timesUs.length] ?? 0) + after
        const cut = cutCells(rollUp([given], widthUs), fromUs, toUs)
        const own = rollUp([within(given, fromUs, toUs)], widthUs)
        if (cut !== undefined) expect(cut).toEqual(own)
      }),
    )
    const whole = rollUp([within({ tag: 'a', ...everySecond() }, 0, 60_000_000)], 10_000_000)
    expect(cutCells(whole, 20_000_000, 40_000_000)?.startsUs).toHaveLength(2)
    expect(cutCells(whole, 20_000_001, 40_000_000)).toBeUndefined()
    expect(cutCells(whole, 20_000_000, 40_000_001)).toBeUndefined()
    expect(cutCells(whole, 19_500_000, 59_500_000)?.startsUs).toHaveLength(4)
    expect(cutCells(whole, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual(whole)
  })
})

function everySecond() {
  const timesUs = Float64Array.from({ length: 60 }, (_, second) => second * 1_000_000)
  return { timesUs, quality: new Uint8Array(60), data: { kind: 'number' as const, values: timesUs } }
}

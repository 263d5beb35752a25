import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNeighbourCheck, isAheadOfWallClock } from '../../../shared/time/lead.ts'

const HOUR_US = 3_600_000_000
const DAY_US = 24 * HOUR_US
const YEAR_US = 365 * DAY_US

function verdictsOf(timesUs: readonly number[], leadUs = DAY_US): boolean[] {
  const check = createNeighbourCheck({ leadUs })
  const verdicts = timesUs.map((timeUs) => check.push(timeUs)).filter((verdict) => verdict !== undefined)
  return [...verdicts, ...check.end()]
}

/** Places of the rows that are not believed. */
function aheadIn(timesUs: readonly number[], leadUs = DAY_US): number[] {
  return verdictsOf(timesUs, leadUs).flatMap((ahead, i) => (ahead ? [i] : []))
}

const hours = (count: number, from = 0) => Array.from({ length: count }, (_, i) => (from + i) * HOUR_US)

function replaced(timesUs: readonly number[], at: number, count: number): number[] {
  return timesUs.map((timeUs, i) => (i >= at && i < at + count ? timeUs + 10 * YEAR_US : timeUs))
}

describe('a live sample', () => {
  it('is ahead when it leaves the wall clock by more than the lead', () => {
    expect(isAheadOfWallClock(1_000, 500, 500)).toBe(false)
    expect(isAheadOfWallClock(1_001, 500, 500)).toBe(true)
    expect(isAheadOfWallClock(-1_000, 500, 0)).toBe(false)
  })
})

describe('a row of a file', () => {
  it.each([0, 1, 5, 10, 18, 19])('is ahead when it alone is years late (row %i of 20)', (at) => {
    expect(aheadIn(replaced(hours(20), at, 1))).toEqual([at])
  })

  it.each([0, 1, 7, 15, 17])('is ahead together with one like it (rows %i and next of 20)', (at) => {
    expect(aheadIn(replaced(hours(20), at, 2))).toEqual([at, at + 1])
  })

  it('is data after a real gap, however long', () => {
    expect(aheadIn([...hours(10), ...hours(10, 24 * 365 * 3)])).toEqual([])
  })

  it('is data when an earlier hour comes again', () => {
    expect(aheadIn([...hours(10), ...hours(3, 7), ...hours(10, 10)])).toEqual([])
  })

  it('is data at any even spacing, also far over the lead', () => {
    const weeks = Array.from({ length: 12 }, (_, i) => i * 7 * DAY_US)
    expect(aheadIn(weeks)).toEqual([])
    expect(aheadIn(weeks.slice(0, 2))).toEqual([])
  })

  it('is data when all rows have one time, or when it is the only one', () => {
    expect(aheadIn([5, 5, 5, 5, 5, 5, 5], 0)).toEqual([])
    expect(aheadIn([YEAR_US])).toEqual([])
    expect(aheadIn([])).toEqual([])
  })

  it('never is ahead for being early', () => {
    const timesUs = hours(20)
    timesUs[9] = -30 * YEAR_US
    expect(aheadIn(timesUs)).toEqual([])
  })
})

describe('a check that is resumed', () => {
  const steps = fc.oneof(
    { weight: 10, arbitrary: fc.integer({ min: 0, max: HOUR_US }) },
    fc.integer({ min: -DAY_US, max: 3 * YEAR_US }),
  )
  const times = fc.array(steps, { maxLength: 60 }).map((list) => {
    let timeUs = 0
    return list.map((step) => {
      timeUs += step
      return timeUs
    })
  })

  it('gives the same verdicts from the accepted times of the last decided row on', () => {
    fc.assert(
      fc.property(times, fc.nat(60), (timesUs, stopAfter) => {
        const whole = verdictsOf(timesUs)
        const first = createNeighbourCheck({ leadUs: DAY_US })
        const decided: boolean[] = []
        for (const timeUs of timesUs.slice(0, stopAfter)) {
          const verdict = first.push(timeUs)
          if (verdict !== undefined) decided.push(verdict)
        }
        const accepted: number[] = JSON.parse(JSON.stringify(first.accepted))
        const second = createNeighbourCheck({ leadUs: DAY_US, accepted })
        for (const timeUs of timesUs.slice(decided.length)) {
          const verdict = second.push(timeUs)
          if (verdict !== undefined) decided.push(verdict)
        }
        expect([...decided, ...second.end()]).toEqual(whole)
      }),
    )
  })
})

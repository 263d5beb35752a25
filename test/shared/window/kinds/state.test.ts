import { describe, expect, it } from 'vitest'
import { Quality } from '../../../../shared/frame/frame.ts'
import type { Condition } from '../../../../shared/window/definition.ts'
import { createStateWindows } from '../../../../shared/window/kinds/state.ts'
import { contextOf, Drive, drive, type Sample, type Step } from './drive.ts'

const above = (limit: number): Condition => ({
  text: `value > ${limit}`,
  holds: (value) => Number(value) > limit,
})
const below = (limit: number): Condition => ({
  text: `value < ${limit}`,
  holds: (value) => Number(value) < limit,
})

const context = (maxDurationUs: number, unseenUs?: number) =>
  contextOf({ type: 'state', begin: above(5), end: below(3), maxDurationUs }, {}, unseenUs)

/** One sample a microsecond from `fromUs` on. */
const row = (fromUs: number, ...values: number[]): Sample[] =>
  values.map((value, index) => [fromUs + index, value])

/** [start, end, sum] of each pane. */
const sums = (maxDurationUs: number, steps: readonly Step[]) =>
  drive(createStateWindows, context(maxDurationUs), steps).map((panes) =>
    panes.map(({ startUs, endUs, aggregates }) => [startUs, endUs, aggregates['sum']]),
  )

describe('state windows', () => {
  it('open where begin turns true and close with the sample at which end is true', () => {
    expect(sums(100, [{ samples: row(0, 1, 6, 7, 4, 2, 1, 8, 0), watermarkUs: 8 }])).toEqual([
      [
        [1, 5, 19],
        [6, 8, 8],
      ],
    ])
  })

  it('go on over any number of frames', () => {
    const steps = row(0, 6, 4, 9, 2).map((sample) => ({ samples: [sample], watermarkUs: sample[0] + 1 }))
    expect(sums(100, steps)).toEqual([[], [], [], [[0, 4, 21]]])
  })

  it('are cut at the longest duration and open again where begin still holds', () => {
    expect(sums(3, [{ samples: row(0, 6, 6, 6, 6, 4, 4, 4, 4), watermarkUs: 8 }])).toEqual([
      [
        [0, 3, 18],
        [3, 6, 14],
      ],
    ])
  })

  it('are cut by the watermark alone', () => {
    const driven = new Drive(createStateWindows, context(10))
    driven.step({ samples: row(5, 6, 7), watermarkUs: 14 })
    expect(driven.windows.dueUs).toBe(15)
    expect(driven.step({ watermarkUs: 15 })).toMatchObject([
      { startUs: 5, endUs: 15, count: 2, timing: 'ON_TIME', revision: 0, isFinal: true },
    ])
  })

  it('end with the stream at the longest duration', () => {
    expect(sums(100, [{ samples: row(0, 6, 4) }, { watermarkUs: Infinity }])).toEqual([[], [[0, 100, 10]]])
  })

  it('pass over bad samples, which neither open nor close', () => {
    const samples: Sample[] = [
      [0, 9, Quality.bad],
      [1, 6],
      [2, 0, Quality.bad],
      [3, Number.NaN],
      [4, 1],
    ]
    const [panes] = drive(createStateWindows, context(100), [{ samples, watermarkUs: 5 }])
    expect(panes).toMatchObject([{ startUs: 1, endUs: 5, count: 2, bad: 0 }])
  })

  it('do not open with a state that may have begun before the definition came', () => {
    const panes = drive(createStateWindows, context(100, 10), [
      { samples: row(10, 6, 7, 8, 2, 6, 2), watermarkUs: 20 },
    ])
    expect(panes.flat()).toMatchObject([{ startUs: 14, endUs: 16 }])
  })

  it('finish the open one when the definition is gone, and open no other', () => {
    const driven = new Drive(createStateWindows, context(100))
    driven.step({ samples: row(0, 6, 7), watermarkUs: 2 })
    driven.windows.retire()
    expect(driven.step({ samples: row(2, 2, 6, 2), watermarkUs: 5 })).toMatchObject([
      { startUs: 0, endUs: 3 },
    ])
    expect(driven.windows.isEmpty).toBe(true)
    expect(driven.bounds).toMatchObject({ openWindows: 0, bufferedSamples: 0 })
  })
})

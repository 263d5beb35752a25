import { describe, expect, it } from 'vitest'
import { parseAggregates } from '../../../../shared/aggregate/spec.ts'
import { Quality } from '../../../../shared/frame/frame.ts'
import { createCountWindows } from '../../../../shared/window/kinds/count.ts'
import { contextOf, Drive, drive, type Sample, type Step } from './drive.ts'

const context = (size: number, every = size) => contextOf({ type: 'count', size, every })
const ends: Step = { watermarkUs: Infinity }

/** [start, end, sum] of each pane. */
const sums = (size: number, every: number, steps: readonly Step[]) =>
  drive(createCountWindows, context(size, every), steps).map((panes) =>
    panes.map(({ startUs, endUs, aggregates }) => [startUs, endUs, aggregates['sum']]),
  )

describe('count windows', () => {
  it('hold each so many samples in event order, whatever the order of arrival', () => {
    const samples: Sample[] = [
      [40, 4],
      [10, 1],
      [30, 3],
      [20, 2],
      [50, 5],
    ]
    expect(sums(2, 2, [{ samples, watermarkUs: 51 }, ends])).toEqual([
      [
        [10, 21, 3],
        [30, 41, 7],
      ],
      [[50, 51, 5]],
    ])
  })

  it('wait until the watermark is past a sample', () => {
    expect(sums(1, 1, [{ samples: [[10, 1]], watermarkUs: 10 }, { watermarkUs: 11 }])).toEqual([
      [],
      [[10, 11, 1]],
    ])
  })

  it('overlap when one begins before the last is full', () => {
    const samples: Sample[] = [1, 2, 3, 4, 5].map((n) => [n, n])
    expect(sums(3, 1, [{ samples, watermarkUs: 4 }, { watermarkUs: 6 }, ends])).toEqual([
      [[1, 4, 6]],
      [
        [2, 5, 9],
        [3, 6, 12],
      ],
      [
        [4, 6, 9],
        [5, 6, 5],
      ],
    ])
  })

  it('pass over samples where the next begins later than the last is full', () => {
    const samples: Sample[] = [1, 2, 3, 4, 5, 6, 7].map((n) => [n, n])
    expect(
      sums(2, 3, [{ samples: samples.slice(0, 3), watermarkUs: 4 }, { samples: samples.slice(3) }, ends]),
    ).toEqual([
      [[1, 3, 3]],
      [],
      [
        [4, 6, 9],
        [7, 8, 7],
      ],
    ])
  })

  it('take equal times in order of arrival', () => {
    const samples: Sample[] = [
      [1, 'a'],
      [1, 'b'],
      [1, 'c'],
    ]
    const [panes] = drive(createCountWindows, context(2), [{ samples, watermarkUs: 2 }])
    expect(panes?.map(({ aggregates }) => [aggregates['first'], aggregates['last']])).toEqual([['a', 'b']])
  })

  it('pass over bad samples and use uncertain ones', () => {
    const samples: Sample[] = [
      [1, 1],
      [2, 9, Quality.bad],
      [3, Number.NaN],
      [4, 2, Quality.uncertain],
    ]
    const [panes] = drive(createCountWindows, context(2), [{ samples, watermarkUs: 5 }])
    expect(panes).toMatchObject([{ count: 2, bad: 0, uncertain: 1, aggregates: { sum: 3 } }])
  })

  it('refuse what comes behind the watermark, bad samples too', () => {
    const driven = new Drive(createCountWindows, context(3))
    driven.step({
      samples: [
        [1, 1],
        [2, 2],
      ],
      watermarkUs: 5,
    })
    driven.step({
      samples: [
        [4, 9],
        [3, 9, Quality.bad],
        [5, 3],
      ],
      watermarkUs: 6,
    })
    expect(driven.late).toBe(2)
    expect(driven.step(ends)).toEqual([])
  })

  it('begin anew behind the end when a source that had ended starts again', () => {
    const driven = new Drive(createCountWindows, context(2))
    driven.step({ samples: [[10, 1]], watermarkUs: 5 })
    expect(driven.step(ends)).toMatchObject([{ startUs: 10, endUs: 11, count: 1 }])
    const panes = driven.step({
      samples: [
        [10, 7],
        [11, 2],
        [12, 3],
      ],
      watermarkUs: 13,
    })
    expect(panes).toMatchObject([{ startUs: 11, endUs: 13, aggregates: { sum: 5 } }])
    expect(driven.late).toBe(1)
  })

  it('count the increase from the sample before the window, so that windows add up to the whole', () => {
    const aggregates = parseAggregates(['increase'])
    const samples: Sample[] = [0, 2, 3, 7, 8, 20].map((value, index) => [index, value])
    const steps: Step[] = [
      { samples: samples.slice(0, 3), watermarkUs: 3 },
      { samples: samples.slice(3) },
      ends,
    ]
    const panes = drive(
      createCountWindows,
      contextOf({ type: 'count', size: 2, every: 2 }, { aggregates }),
      steps,
    )
    expect(panes.flat().map((pane) => pane.aggregates['increase'])).toEqual([2, 5, 13])
  })

  it('begin with the first sample behind those that may have passed before the definition came', () => {
    const driven = new Drive(createCountWindows, contextOf({ type: 'count', size: 2, every: 2 }, {}, 20))
    const panes = driven.step({
      samples: [
        [20, 1],
        [21, 2],
        [22, 3],
      ],
      watermarkUs: 30,
    })
    expect(panes).toMatchObject([{ startUs: 21, endUs: 23 }])
    expect(driven.late).toBe(1)
  })

  it('finish what is open when the definition is gone, and open nothing', () => {
    const driven = new Drive(createCountWindows, context(3))
    driven.step({
      samples: [
        [1, 1],
        [2, 2],
      ],
      watermarkUs: 3,
    })
    driven.windows.retire()
    expect(
      driven.step({
        samples: [
          [4, 4],
          [5, 5],
        ],
        watermarkUs: 6,
      }),
    ).toMatchObject([{ startUs: 1, endUs: 5 }])
    expect(driven.windows.isEmpty).toBe(true)
    driven.step({ samples: [[7, 7]], watermarkUs: 8 })
    expect(driven.late).toBe(1)
    expect(driven.bounds).toMatchObject({ openWindows: 0, bufferedSamples: 0 })
  })

  it('refuse samples when the engine has no room for another window', () => {
    const driven = new Drive(createCountWindows, context(4, 2), { openWindowsMax: 1 })
    driven.step({ samples: [[1, 1]] })
    expect(driven.noRoom).toBe(1)
  })

  it('tell what is open and that only samples decide', () => {
    const driven = new Drive(createCountWindows, context(3))
    driven.step({
      samples: [
        [1, 1],
        [2, 2],
      ],
      watermarkUs: 3,
    })
    expect(driven.windows.openWindows(10)).toEqual([
      { startUs: 1, endUs: Infinity, samples: 2, revision: -1, waitsForUs: Infinity },
    ])
  })
})

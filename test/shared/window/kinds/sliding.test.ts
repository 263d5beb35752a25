import { describe, expect, it } from 'vitest'
import { parseAggregates } from '../../../../shared/aggregate/spec.ts'
import { Quality } from '../../../../shared/frame/frame.ts'
import type { Condition, WindowDefinition } from '../../../../shared/window/definition.ts'
import { createSlidingWindows } from '../../../../shared/window/kinds/sliding.ts'
import { contextOf, Drive, drive, type Sample, type Step } from './drive.ts'

const high: Condition = { text: 'value > 5', holds: (value) => Number(value) > 5 }

interface Shape extends Partial<WindowDefinition> {
  readonly delayUs?: number
  readonly when?: Condition
  readonly unseenUs?: number
}

const context = ({ delayUs = 0, when, unseenUs, ...own }: Shape = {}) =>
  contextOf(
    { type: 'sliding', lengthUs: 10, delayUs, ...(when === undefined ? {} : { when }) },
    own,
    unseenUs,
  )

/** [start, end, sum] of each pane. */
const sums = (shape: Shape, steps: readonly Step[]) =>
  drive(createSlidingWindows, context(shape), steps).map((panes) =>
    panes.map(({ startUs, endUs, aggregates }) => [startUs, endUs, aggregates['sum']]),
  )

describe('sliding windows', () => {
  it('hold at each sample what came since a length before, that instant left out', () => {
    const samples: Sample[] = [
      [10, 4],
      [0, 1],
      [5, 2],
    ]
    expect(sums({}, [{ samples, watermarkUs: 11 }])).toEqual([
      [
        [-10, 0, 1],
        [-5, 5, 3],
        [0, 10, 6],
      ],
    ])
  })

  it('answer once the watermark is past the end, which belongs to the window', () => {
    expect(sums({}, [{ samples: [[5, 1]], watermarkUs: 5 }, { watermarkUs: 6 }])).toEqual([[], [[-5, 5, 1]]])
  })

  it('hold what comes up to a delay after the sample', () => {
    const samples: Sample[] = [
      [0, 1],
      [3, 2],
      [4, 4],
    ]
    expect(sums({ delayUs: 3 }, [{ samples, watermarkUs: 4 }, { watermarkUs: 20 }])).toEqual([
      [[-10, 3, 3]],
      [
        [-7, 6, 7],
        [-6, 7, 7],
      ],
    ])
  })

  it('end only at samples that meet the condition, and hold the others too', () => {
    const samples: Sample[] = [
      [1, 1],
      [2, 9],
      [3, 2],
    ]
    expect(sums({ when: high }, [{ samples, watermarkUs: 20 }])).toEqual([[[-8, 2, 10]]])
  })

  it('answer once for samples of one time', () => {
    expect(
      sums({}, [
        {
          samples: [
            [1, 1],
            [1, 2],
          ],
          watermarkUs: 20,
        },
      ]),
    ).toEqual([[[-9, 1, 3]]])
  })

  it('count bad samples and do not end at them', () => {
    const samples: Sample[] = [
      [1, 1],
      [2, 9, Quality.bad],
      [3, 2, Quality.uncertain],
    ]
    const [panes] = drive(createSlidingWindows, context(), [{ samples, watermarkUs: 20 }])
    expect(panes).toMatchObject([
      { endUs: 1, count: 1, bad: 0 },
      { endUs: 3, count: 2, bad: 1, uncertain: 1 },
    ])
  })

  it('are revised by late samples until the lateness is over', () => {
    const driven = new Drive(createSlidingWindows, context({ allowedLatenessUs: 5 }))
    expect(
      driven.step({
        samples: [
          [0, 1],
          [12, 2],
        ],
        watermarkUs: 13,
      }),
    ).toMatchObject([
      { endUs: 0, isFinal: true },
      { endUs: 12, isFinal: false, revision: 0 },
    ])
    expect(driven.step({ samples: [[4, 4]] })).toMatchObject([
      { endUs: 12, timing: 'LATE', revision: 1, isFinal: false, aggregates: { sum: 6 } },
    ])
    expect(driven.step({ samples: [[11, 8]], watermarkUs: 18 })).toMatchObject([
      { endUs: 11, timing: 'LATE', revision: 0, isFinal: true, aggregates: { sum: 12 } },
      { endUs: 12, timing: 'LATE', revision: 2, isFinal: true, aggregates: { sum: 14 } },
    ])
    expect(driven.late).toBe(0)
  })

  it('gather late samples until the watermark has moved on by the flush', () => {
    const driven = new Drive(createSlidingWindows, context({ allowedLatenessUs: 50, lateFlushUs: 10 }))
    driven.step({ samples: [[0, 1]], watermarkUs: 20 })
    expect(driven.step({ samples: [[-1, 1]], watermarkUs: 25 })).toEqual([])
    expect(driven.step({ samples: [[-2, 1]], watermarkUs: 29 })).toEqual([])
    expect(driven.step({ watermarkUs: 30 })).toMatchObject([
      { endUs: -1, revision: 0, aggregates: { sum: 2 } },
      { endUs: 0, revision: 1, aggregates: { sum: 3 } },
    ])
    expect(driven.step({ watermarkUs: 34 })).toEqual([])
    expect(driven.step({ watermarkUs: 35 })).toMatchObject([
      { endUs: -2, revision: 0, aggregates: { sum: 1 } },
    ])
  })

  it('take a sample that is too late for a window of its own into those of later ones', () => {
    const driven = new Drive(createSlidingWindows, context())
    driven.step({ samples: [[0, 1]], watermarkUs: 10 })
    driven.step({ samples: [[1, 2]] })
    expect(driven.step({ samples: [[10, 4]], watermarkUs: 11 })).toMatchObject([
      { endUs: 10, aggregates: { sum: 6 } },
    ])
    driven.step({ samples: [[1, 8]] })
    expect(driven.late).toBe(1)
  })

  it('begin time-weighted means with the value from before the window', () => {
    const aggregates = parseAggregates(['timeWeightedMean', 'changes'])
    const driven = new Drive(createSlidingWindows, context({ aggregates }))
    driven.step({ samples: [[0, 10]], watermarkUs: 5 })
    expect(driven.step({ samples: [[15, 20]], watermarkUs: 40 })).toMatchObject([
      { endUs: 15, aggregates: { timeWeightedMean: 10, changes: 0 } },
    ])
    expect(driven.step({ samples: [[60, 0]], watermarkUs: 61 })).toMatchObject([
      { endUs: 60, aggregates: { timeWeightedMean: 20 } },
    ])
  })

  it('answer only windows that no sample can have passed unseen', () => {
    const driven = new Drive(createSlidingWindows, context({ unseenUs: 100 }))
    const panes = driven.step({
      samples: [
        [100, 1],
        [101, 2],
        [110, 3],
      ],
      watermarkUs: 200,
    })
    expect(panes).toMatchObject([{ startUs: 100, endUs: 110, aggregates: { sum: 5 } }])
    expect(driven.late).toBe(1)
  })

  it('keep nothing of a stream that has ended, and open none of its windows again', () => {
    const driven = new Drive(createSlidingWindows, context({ delayUs: 5 }))
    driven.step({ samples: [[10, 1]], watermarkUs: 5 })
    expect(driven.step({ watermarkUs: Infinity })).toMatchObject([{ endUs: 15, isFinal: true }])
    expect(driven.bounds).toMatchObject({ openWindows: 0, bufferedSamples: 0 })
    expect(
      driven.step({
        samples: [
          [10, 2],
          [12, 4],
        ],
        watermarkUs: 30,
      }),
    ).toMatchObject([{ endUs: 17, aggregates: { sum: 6 } }])
  })

  it('fill what is open when the definition is gone, and open nothing', () => {
    const driven = new Drive(createSlidingWindows, context({ delayUs: 5 }))
    driven.step({ samples: [[10, 1]], watermarkUs: 5 })
    driven.windows.retire()
    expect(
      driven.step({
        samples: [
          [12, 2],
          [30, 4],
        ],
        watermarkUs: 40,
      }),
    ).toMatchObject([{ endUs: 15, aggregates: { sum: 3 } }])
    expect(driven.late).toBe(1)
    expect(driven.windows.isEmpty).toBe(true)
    expect(driven.bounds).toMatchObject({ openWindows: 0, bufferedSamples: 0 })
  })

  it('keep what was final under a shorter lateness final', () => {
    const driven = new Drive(createSlidingWindows, context())
    driven.step({ samples: [[10, 1]], watermarkUs: 12 })
    driven.windows.reshape(context({ allowedLatenessUs: 100 }).definition, 12)
    expect(
      driven.step({
        samples: [
          [9, 2],
          [11, 3],
          [12, 4],
        ],
        watermarkUs: 13,
      }),
    ).toMatchObject([{ endUs: 12 }])
    expect(driven.step({ samples: [[11, 5]] })).toMatchObject([{ endUs: 12, revision: 1 }])
  })
})

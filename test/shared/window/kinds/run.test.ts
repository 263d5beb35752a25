import { describe, expect, it } from 'vitest'
import { createRunWindows } from '../../../../shared/window/kinds/run.ts'
import { contextOf, Drive, drive, type Sample, type Step } from './drive.ts'

const context = (unseenUs?: number) => contextOf({ type: 'run' }, {}, unseenUs)

/** [start, end, first, count] of each pane. */
const runs = (steps: readonly Step[]) =>
  drive(createRunWindows, context(), steps).map((panes) =>
    panes.map(({ startUs, endUs, count, aggregates }) => [startUs, endUs, aggregates['first'], count]),
  )

const states: Sample[] = [
  [0, 'idle'],
  [5, 'run'],
  [9, 'run'],
  [12, 'fault'],
]

describe('run windows', () => {
  it('last from the first of equal values to the next other one', () => {
    expect(runs([{ samples: states, watermarkUs: 13 }, { watermarkUs: Infinity }])).toEqual([
      [
        [0, 5, 'idle', 1],
        [5, 12, 'run', 2],
      ],
      [[12, 13, 'fault', 1]],
    ])
  })

  it('stay open over silence and frames', () => {
    const steps = states.map((sample) => ({ samples: [sample], watermarkUs: sample[0] + 1 }))
    expect(runs([...steps, { watermarkUs: 1_000_000 }])).toEqual([
      [],
      [[0, 5, 'idle', 1]],
      [],
      [[5, 12, 'run', 2]],
      [],
    ])
  })

  it('tell the number 1, true and the text "1" apart, and 0 from −0 not', () => {
    const values = [1, true, '1', 1, 0, -0, 0, false]
    const samples = values.map((value, index): Sample => [index, value])
    expect(runs([{ samples, watermarkUs: 100 }])).toEqual([
      [
        [0, 1, 1, 1],
        [1, 2, true, 1],
        [2, 3, '1', 1],
        [3, 4, 1, 1],
        [4, 7, 0, 3],
      ],
    ])
  })

  it('sort texts and their values together', () => {
    const samples: Sample[] = [
      [30, 'c'],
      [10, 'a'],
      [40, 4],
      [20, 'a'],
      [35, true],
    ]
    expect(runs([{ samples, watermarkUs: 100 }])).toEqual([
      [
        [10, 30, 'a', 2],
        [30, 35, 'c', 1],
        [35, 40, true, 1],
      ],
    ])
  })

  it('leave out a run that may have begun before the definition came', () => {
    const panes = drive(createRunWindows, context(3), [{ samples: states, watermarkUs: 13 }])
    expect(panes.flat()).toEqual([])
    const driven = new Drive(createRunWindows, context(3))
    driven.step({ samples: states, watermarkUs: 13 })
    expect(driven.step({ watermarkUs: Infinity })).toMatchObject([{ startUs: 12, endUs: 13 }])
  })

  it('begin anew behind the end when a source that had ended starts again', () => {
    const driven = new Drive(createRunWindows, context())
    driven.step({ samples: [[5, 'run']], watermarkUs: 1 })
    driven.step({ watermarkUs: Infinity })
    expect(
      driven.step({
        samples: [
          [6, 'run'],
          [8, 'idle'],
        ],
        watermarkUs: 9,
      }),
    ).toMatchObject([{ startUs: 6, endUs: 8, count: 1 }])
  })
})

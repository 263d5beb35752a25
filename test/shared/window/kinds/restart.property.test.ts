import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAggregates } from '../../../../shared/aggregate/spec.ts'
import type { Cell } from '../../../../shared/checkpoint/cell.ts'
import { Quality } from '../../../../shared/frame/frame.ts'
import type { WindowDefinition, WindowKind } from '../../../../shared/window/definition.ts'
import type { CreateKeyedWindows } from '../../../../shared/window/keyed-windows.ts'
import { createCountWindows } from '../../../../shared/window/kinds/count.ts'
import { createRunWindows } from '../../../../shared/window/kinds/run.ts'
import { createSlidingWindows } from '../../../../shared/window/kinds/sliding.ts'
import { createStateWindows } from '../../../../shared/window/kinds/state.ts'
import { contextOf, Drive, type Sample, type Step } from './drive.ts'

const AGGREGATES = parseAggregates([
  'sum',
  'mean',
  'std',
  'first',
  'last',
  'changes',
  'increase',
  'timeWeightedMean',
  { fn: 'percentile', q: 0.5, index: 'linear', width: 0.5 },
])

const positive = (value: unknown): boolean => Number(value) > 0
const negative = (value: unknown): boolean => Number(value) < -2

const KINDS: readonly [string, CreateKeyedWindows, WindowKind, Partial<WindowDefinition>][] = [
  ['count', createCountWindows, { type: 'count', size: 5, every: 2 }, {}],
  [
    'state',
    createStateWindows,
    {
      type: 'state',
      begin: { text: 'b', holds: positive },
      end: { text: 'e', holds: negative },
      maxDurationUs: 25,
    },
    {},
  ],
  ['run', createRunWindows, { type: 'run' }, {}],
  [
    'sliding',
    createSlidingWindows,
    { type: 'sliding', lengthUs: 8, delayUs: 3, when: { text: 'w', holds: positive } },
    { allowedLatenessUs: 12, lateFlushUs: 4 },
  ],
]

const samples: fc.Arbitrary<Sample> = fc.tuple(
  fc.integer({ min: -15, max: 10 }),
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -40, max: 40 }).map((tenths) => tenths / 10) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -0, true, false, 'run', '') },
  ),
  fc.constantFrom(
    Quality.good,
    Quality.good,
    Quality.good,
    Quality.uncertain,
    Quality.bad,
    Quality.quarantined,
  ),
)

/** Time goes on by a few units a step; samples lie round it, many of them late. */
const streams: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      pace: fc.nat({ max: 12 }),
      own: fc.array(samples, { maxLength: 8 }),
      lag: fc.nat({ max: 10 }),
    }),
    {
      maxLength: 25,
    },
  )
  .chain((drafts) =>
    fc.boolean().map((isEnded) => {
      let nowUs = 0
      const steps = drafts.map(({ pace, own, lag }): Step => {
        nowUs += pace
        return {
          samples: own.map(([timeUs, ...rest]): Sample => [nowUs + timeUs, ...rest]),
          watermarkUs: nowUs - lag,
        }
      })
      return isEnded ? [...steps, { watermarkUs: Infinity }] : steps
    }),
  )

describe('windows that keep samples one by one', () => {
  it.each(KINDS)(
    'give identical %s panes whatever the columns and the restarts',
    (_, create, window, own) => {
      const context = contextOf(window, { aggregates: AGGREGATES, ...own })
      const handling = fc.record({
        isCut: fc.boolean(),
        saves: fc.array(fc.constantFrom('none', 'save', 'restart')),
      })
      fc.assert(
        fc.property(streams, handling, (stream, { isCut, saves }) => {
          const plain = new Drive(create, context)
          const handled = new Drive(create, context)
          for (const [index, step] of stream.entries()) {
            expect(handled.step(step, isCut)).toEqual(plain.step(step))
            expect(handled.late).toBe(plain.late)
            const save = saves[index] ?? 'none'
            if (save !== 'none') handled.save()
            if (save === 'restart') handled.restart()
          }
        }),
        { numRuns: 60 },
      )
    },
  )

  it.each(KINDS)(
    'lose a watermark between frames of %s windows only where nothing is due',
    (_, create, window, own) => {
      const context = contextOf(window, { aggregates: AGGREGATES, ...own })
      fc.assert(
        fc.property(streams, (stream) => {
          const driven = new Drive(create, context)
          let watermarkUs = -Infinity
          for (const { samples = [], watermarkUs: nextUs = -Infinity } of stream) {
            driven.step({ samples })
            watermarkUs = Math.max(watermarkUs, nextUs)
            const isDue = driven.windows.dueUs <= watermarkUs
            const panes = driven.step({ watermarkUs })
            if (!isDue && watermarkUs !== Infinity) expect(panes).toEqual([])
          }
        }),
        { numRuns: 30 },
      )
    },
  )

  it('write to a checkpoint what came since the last one', () => {
    const driven = new Drive(createCountWindows, contextOf({ type: 'count', size: 5000, every: 5000 }))
    for (let frame = 0; frame < 100; frame++) {
      driven.step({
        samples: Array.from({ length: 100 }, (_, index): Sample => [frame * 100 + index, index / 7]),
      })
      expect(sizeOf(driven.save())).toBeLessThan(20_000)
    }
    const cells = driven.disk.size
    driven.step({ watermarkUs: 9_990 })
    driven.save()
    expect(driven.disk.size).toBeLessThan(cells / 10)
  })
})

const sizeOf = (cells: readonly Cell[]): number =>
  cells.reduce((size, { text }) => size + (text?.length ?? 0), 0)

import { describe, expect, it } from 'vitest'
import { createCountWindows } from '../../../../shared/window/kinds/count.ts'
import { createSlidingWindows } from '../../../../shared/window/kinds/sliding.ts'
import { contextOf, Drive, type Sample } from './drive.ts'

const row = (fromUs: number, count: number): Sample[] =>
  Array.from({ length: count }, (_, index) => [fromUs + index, 1])

describe('samples kept one by one', () => {
  it('take effect early, the older half, when a stuck watermark would keep too many', () => {
    const driven = new Drive(createCountWindows, contextOf({ type: 'count', size: 3, every: 3 }), {
      bufferedSamplesMax: 8,
    })
    expect(driven.step({ samples: row(0, 8) })).toEqual([])
    const panes = driven.step({ samples: [[8, 1]] })
    expect(panes).toMatchObject([{ startUs: 0, endUs: 3, timing: 'ON_TIME', isFinal: true }])
    expect(driven.bounds.forcedSamples).toBe(5)
    driven.step({
      samples: [
        [4, 1],
        [5, 1],
      ],
    })
    expect(driven.late).toBe(1)
    expect(driven.step({ watermarkUs: 100 })).toMatchObject([{ count: 3 }, { count: 3 }])
    expect(driven.bounds.bufferedSamples).toBe(0)
  })

  it('give the same answers at the bound however they are packed', () => {
    const samples = row(0, 30).map(([timeUs, value], index): Sample => [timeUs + ((index * 7) % 5), value])
    const [whole, cut] = [false, true].map((isCut) => {
      const driven = new Drive(createCountWindows, contextOf({ type: 'count', size: 2, every: 1 }), {
        bufferedSamplesMax: 6,
      })
      return [driven.step({ samples }, isCut), driven.step({ watermarkUs: Infinity }, isCut), driven.late]
    })
    expect(cut).toEqual(whole)
  })

  it('weigh a long text as several samples', () => {
    const driven = new Drive(createCountWindows, contextOf({ type: 'count', size: 9, every: 9 }), {
      bufferedSamplesMax: 100,
    })
    driven.step({
      samples: [
        [0, 'x'.repeat(160)],
        [1, 'x'],
      ],
    })
    expect(driven.bounds.bufferedSamples).toBe(12)
    driven.step({ watermarkUs: 10 })
    expect(driven.bounds.bufferedSamples).toBe(0)
    driven.step({ samples: [[20, 'x'.repeat(16_000)]] })
    expect(driven.noRoom).toBe(1)
  })

  it('make answered sliding windows final when there is no room for more samples', () => {
    const driven = new Drive(
      createSlidingWindows,
      contextOf({ type: 'sliding', lengthUs: 2, delayUs: 0 }, { allowedLatenessUs: 1000 }),
      {
        bufferedSamplesMax: 10,
      },
    )
    driven.step({ samples: row(0, 10), watermarkUs: 8 })
    expect(driven.step({ samples: [[10, 1]], watermarkUs: 20 })).toMatchObject([
      { endUs: 8 },
      { endUs: 9 },
      { endUs: 10 },
    ])
    expect(driven.bounds).toMatchObject({ closedEarly: 8, openWindows: 3, answeredWindows: 3 })
    driven.step({ samples: [[3, 1]] })
    expect(driven.late).toBe(1)
  })

  it('are refused where no window can be given up', () => {
    const driven = new Drive(createSlidingWindows, contextOf({ type: 'sliding', lengthUs: 2, delayUs: 0 }), {
      bufferedSamplesMax: 10,
    })
    driven.step({ samples: row(0, 12) })
    expect(driven.noRoom).toBe(2)
    expect(driven.step({ watermarkUs: 100 })).toHaveLength(10)
    expect(driven.bounds).toMatchObject({ bufferedSamples: 0, openWindows: 0, answeredWindows: 0 })
  })

  it('are refused where the engine may open no more windows', () => {
    const driven = new Drive(createSlidingWindows, contextOf({ type: 'sliding', lengthUs: 2, delayUs: 0 }), {
      openWindowsMax: 3,
    })
    driven.step({ samples: row(0, 4) })
    expect(driven.noRoom).toBe(1)
    expect(driven.bounds).toMatchObject({ bufferedSamples: 3, openWindows: 3 })
  })
})

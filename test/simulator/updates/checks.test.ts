import { describe, expect, it } from 'vitest'
import type { TagStatistics } from '../../../shared/contract/read-reply.ts'
import type { SummaryRecord } from '../../../shared/contract/records.ts'
import { Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import { WALK_LENGTH, walkOf } from '../../../simulator/factory/walk.ts'
import { checkLive, checkSteady } from '../../../simulator/updates/check-samples.ts'
import { checkWindows } from '../../../simulator/updates/check-windows.ts'
import { LIVE_TAG, type Load, sensorTags, WINDOW_US, windowedTags } from '../../../simulator/updates/load.ts'

const LOAD: Load = { seed: 7, sensors: 3, rateHz: 100 }
const PERIOD_US = 10_000
const STEADY = { startUs: 2 * WINDOW_US, given: 1500 }

const valuesOf = (sensor: number, from: number, to: number): number[] => {
  const walk = walkOf(LOAD.seed, sensor)
  return Array.from({ length: to - from }, (_, at) => walk[(from + at) % WALK_LENGTH] ?? Number.NaN)
}

/** What a historian says of the steady source, as far as it is looked at. */
async function* statistics(
  wrong: { readonly sensor?: number; readonly count?: number; readonly sum?: number } = {},
) {
  for (const [sensor, tag] of sensorTags(LOAD).entries()) {
    const values = valuesOf(sensor, 0, STEADY.given)
    const { count = 0, sum = 0 } = wrong.sensor === sensor ? wrong : {}
    const figures = {
      count: values.length + count,
      sum: values.reduce((total, value) => total + value, sum),
    }
    const at = (index: number) => ({ timeUs: STEADY.startUs + index * PERIOD_US, value: 0 })
    const rest = { bad: 0, mean: 0, min: null, max: null, first: at(0), last: at(STEADY.given - 1) }
    yield { tag, ...figures, ...rest } satisfies TagStatistics
  }
}

describe('the samples of a source that can be read again', () => {
  it('are right when every one is there once', async () => {
    const found = await checkSteady({ statistics: () => statistics() }, LOAD)
    expect(found).toEqual({ samples: 4500, steady: STEADY, violations: [] })
  })

  it('are not when one is lost, or lost where another came twice', async () => {
    const lost = await checkSteady({ statistics: () => statistics({ sensor: 1, count: -1 }) }, LOAD)
    expect(lost.violations).toEqual(['steady/sensor1 has 1499 samples and not 1500'])
    const other = await checkSteady({ statistics: () => statistics({ sensor: 2, sum: 0.01 }) }, LOAD)
    expect(other.violations).toEqual([expect.stringContaining('the samples of steady/sensor2 come to')])
  })
})

async function* live(times: readonly number[], marked: readonly number[]): AsyncGenerator<SampleFrame> {
  const header = { producer: 'p', epoch: 1, sequence: 0, completeBeforeUs: 0, position: '' }
  const quality = Uint8Array.from(times, (timeUs) => (marked.includes(timeUs) ? Quality.gapBefore : 0))
  const timesUs = Float64Array.from(times)
  yield {
    body: 'samples',
    header,
    columns: [{ tag: LIVE_TAG, timesUs, quality, data: { kind: 'number', values: timesUs } }],
  }
}

describe('the samples of a machine that cannot be read again', () => {
  it('may have a gap that they tell of', async () => {
    const found = await checkLive(live([0, 50_000, 1_050_000, 1_100_000], [1_050_000]), 2_000_000)
    expect(found).toEqual({ gaps: [{ fromUs: 50_000, toUs: 1_050_000 }], violations: [] })
  })

  it('may neither hide one, nor have one that is too long, nor come twice', async () => {
    const hidden = await checkLive(live([0, 1_000_000], []), 2_000_000)
    expect(hidden.violations).toEqual([expect.stringContaining('hides a gap of 1000 ms')])
    const long = await checkLive(live([0, 3_000_000], [3_000_000]), 2_000_000)
    expect(long.violations).toEqual([expect.stringContaining('has a gap of 3000 ms')])
    expect((await checkLive(live([0, 0], []), 2_000_000)).violations).toHaveLength(1)
  })
})

/** What the cloud has of every window that is complete. */
function summaries(): SummaryRecord[] {
  return windowedTags(LOAD).flatMap((tag, sensor) =>
    [0, 1, 2].map((window) => {
      const values = valuesOf(sensor, window * 500, window * 500 + 500)
      const startUs = STEADY.startUs + window * WINDOW_US
      return {
        v: 1,
        type: 'summary',
        id: `${tag}|${window}`,
        tag,
        window: `tumbling:${WINDOW_US}`,
        startUs,
        endUs: startUs + WINDOW_US,
        revision: 0,
        timing: 'ON_TIME',
        count: values.length,
        bad: 0,
        uncertain: 0,
        goodShare: 1,
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        min: Math.min(...values),
        max: Math.max(...values),
        std: null,
        m2: null,
        last: null,
        by: { component: '', version: '', config: '' },
      } satisfies SummaryRecord
    }),
  )
}

describe('the windows in the cloud', () => {
  it('are right when the newest revision of each is what the source gave', () => {
    const [first, ...rest] = summaries()
    if (first === undefined) throw new Error('there are windows')
    const early = { ...first, count: 1 }
    const found = checkWindows(LOAD, STEADY, [{ ...first, revision: 1 }, early, ...rest])
    expect(found).toEqual({ windows: 9, violations: [] })
  })

  it('are not when one is missing or counts a sample twice', () => {
    const [first, second, ...rest] = summaries()
    if (first === undefined || second === undefined) throw new Error('there are windows')
    const { violations } = checkWindows(LOAD, STEADY, [{ ...first, count: first.count + 1 }, ...rest])
    expect(violations).toEqual([
      expect.stringContaining('has {"count":501'),
      expect.stringContaining('is missing'),
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAlarmState, judge, type ThresholdRule, withdraw } from '../../../shared/rule/threshold.ts'

const hot: ThresholdRule = { name: 'hot', tags: ['#'], above: 80, hysteresis: 2, holdUs: 5 }

/** [time, state, since, limit] of every change. */
function changes(rule: ThresholdRule, samples: readonly (readonly [timeUs: number, value: number])[]) {
  const state = createAlarmState()
  return samples.flatMap(([timeUs, value]) => {
    const change = judge(rule, state, timeUs, value)
    return change === undefined ? [] : [[change.timeUs, change.state, change.sinceUs, change.limit]]
  })
}

describe('a threshold rule', () => {
  it('raises with the first sample at which the limit has been violated for the hold time', () => {
    expect(
      changes(hot, [
        [0, 81],
        [4, 90],
        [5, 82],
      ]),
    ).toEqual([[5, 'raised', 0, 80]])
  })

  it('raises at once without a hold time', () => {
    expect(
      changes({ ...hot, holdUs: 0 }, [
        [0, 80],
        [1, 80.5],
      ]),
    ).toEqual([[1, 'raised', 1, 80]])
  })

  it('starts the hold time again when one sample is within the limit', () => {
    expect(
      changes(hot, [
        [0, 81],
        [4, 80],
        [5, 81],
        [9, 81],
        [10, 81],
      ]),
    ).toEqual([[10, 'raised', 5, 80]])
  })

  it('is raised by a late next sample: silence alone proves nothing', () => {
    expect(
      changes(hot, [
        [0, 81],
        [500, 81],
      ]),
    ).toEqual([[500, 'raised', 0, 80]])
  })

  it('clears only once the value is back by the hysteresis', () => {
    const raised = [
      [0, 81],
      [5, 81],
    ] as const
    expect(changes(hot, [...raised, [6, 79], [7, 78.1], [8, 78], [9, 79]]).slice(1)).toEqual([
      [8, 'cleared', 8, 80],
    ])
  })

  it('watches a band when it has two limits, and keeps one alarm when the value jumps across', () => {
    const band: ThresholdRule = { ...hot, below: 10, holdUs: 0 }
    expect(
      changes(band, [
        [0, 5],
        [1, 90],
        [2, 11],
        [3, 12],
        [4, 81],
      ]),
    ).toEqual([
      [0, 'raised', 0, 10],
      [3, 'cleared', 3, 10],
      [4, 'raised', 4, 80],
    ])
  })

  it('ignores samples that are older than the newest one', () => {
    expect(
      changes(hot, [
        [10, 81],
        [3, 81],
        [9, 20],
        [14, 81],
        [15, 81],
      ]),
    ).toEqual([[15, 'raised', 10, 80]])
  })

  it('gives no identity twice when one instant has several values', () => {
    const quick = { ...hot, holdUs: 0 }
    expect(
      changes(quick, [
        [5, 81],
        [5, 20],
        [5, 81],
        [5, 20],
        [6, 81],
        [6, 20],
      ]),
    ).toEqual([
      [5, 'raised', 5, 80],
      [5, 'cleared', 5, 80],
      [6, 'raised', 6, 80],
      [6, 'cleared', 6, 80],
    ])
  })

  it('alternates, with growing times and identities of its own, on anything', () => {
    const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 74, max: 86 })))
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 9 }), (input, holdUs) => {
        const found = changes({ ...hot, holdUs }, input)
        expect(found.map(([, state]) => state)).toEqual(
          found.map((_, index) => (index % 2 === 0 ? 'raised' : 'cleared')),
        )
        const ids = found.map(([, state, since]) => `${since} ${state}`)
        expect(new Set(ids).size).toBe(ids.length)
        for (const [timeUs, state, since] of found) {
          if (state === 'raised') expect(Number(timeUs) - Number(since)).toBeGreaterThanOrEqual(holdUs)
        }
        const times = found.map(([timeUs]) => Number(timeUs))
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
  })

  it('says what it knows when it is withdrawn while an alarm is raised', () => {
    const state = createAlarmState()
    expect(withdraw(hot, state)).toBeUndefined()
    judge({ ...hot, holdUs: 0 }, state, 7, 85)
    expect(withdraw(hot, state)).toEqual({ state: 'cleared', sinceUs: 7, timeUs: 7, value: 85, limit: 80 })
  })
})

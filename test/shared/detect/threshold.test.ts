import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmChange } from '../../../shared/alarm/change.ts'
import { changesOf, type Point } from './run.ts'

const hot = { type: 'threshold', above: 80, hysteresis: 2, hold: '5s', updateEvery: '1h' }

/** [second, state, since, limit] of every change but updates. */
const found = (config: Readonly<Record<string, unknown>>, points: readonly Point[]) =>
  changesOf(config, points)
    .filter(({ state }) => state !== 'updated')
    .map(({ timeUs, state, sinceUs, limit }: AlarmChange) => [timeUs / 1e6, state, sinceUs / 1e6, limit])

describe('a threshold', () => {
  it('raises with the first sample at which the limit has been violated for the hold time', () => {
    expect(
      found(hot, [
        [0, 81],
        [4, 90],
        [5, 82],
      ]),
    ).toEqual([[5, 'raised', 0, 80]])
  })

  it('raises at once without a hold time', () => {
    expect(
      found({ ...hot, hold: '0s' }, [
        [0, 80],
        [1, 80.5],
      ]),
    ).toEqual([[1, 'raised', 1, 80]])
  })

  it('starts the hold time again when one sample is within the limit', () => {
    expect(
      found(hot, [
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
      found(hot, [
        [0, 81],
        [500, 81],
      ]),
    ).toEqual([[500, 'raised', 0, 80]])
  })

  it('clears only once the value is back by the hysteresis', () => {
    const raised: Point[] = [
      [0, 81],
      [5, 81],
    ]
    expect(found(hot, [...raised, [6, 79], [7, 78.1], [8, 78], [9, 79]]).slice(1)).toEqual([
      [8, 'cleared', 8, 80],
    ])
  })

  it('watches a band when it has two limits, and keeps one alarm when the value jumps across', () => {
    expect(
      found({ ...hot, below: 10, hold: '0s' }, [
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
      found(hot, [
        [10, 81],
        [3, 81],
        [9, 20],
        [14, 81],
        [15, 81],
      ]),
    ).toEqual([[15, 'raised', 10, 80]])
  })

  it('changes once in each direction when one instant has several values', () => {
    expect(
      found({ ...hot, hold: '0s' }, [
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
      fc.property(samples, fc.integer({ min: 0, max: 9 }), (input, hold) => {
        const changes = found({ ...hot, hold: `${hold}s` }, input)
        expect(changes.map(([, state]) => state)).toEqual(
          changes.map((_, index) => (index % 2 === 0 ? 'raised' : 'cleared')),
        )
        for (const [time, state, since] of changes) {
          if (state === 'raised') expect(Number(time) - Number(since)).toBeGreaterThanOrEqual(hold)
        }
        const times = changes.map(([time]) => Number(time))
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
  })
})

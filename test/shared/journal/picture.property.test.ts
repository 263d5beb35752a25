import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { sealAll } from '../../support/seal-all.ts'
import { column, producerOf } from './frames.ts'

const SECOND_US = 1_000_000

/** A frame: where it begins, how far its samples are apart, and their values. */
const frame = fc.record({
  startS: fc.integer({ min: 0, max: 4000 }),
  stepUs: fc.constantFrom(0, 100_000, SECOND_US, 7 * SECOND_US),
  // Some come often enough for a rollup to be worth its bytes.
  values: fc
    .tuple(
      fc.array(
        fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
        { minLength: 1, maxLength: 80 },
      ),
      fc.constantFrom(1, 20),
    )
    .map(([values, times]) => Array.from({ length: times }, () => values).flat()),
})

const asked = fc.record({
  frames: fc.array(frame, { minLength: 1, maxLength: 12 }),
  sealed: fc.constantFrom(0, 0.5, 0.9, 1),
  fromS: fc.integer({ min: 0, max: 4000 }),
  lengthS: fc.integer({ min: 1, max: 5000 }),
  pointsMax: fc.integer({ min: 8, max: 400 }),
})

interface Sample {
  readonly timeUs: number
  readonly value: number
}

/** Points that differ, in one order: of samples of one time a display shows no order. */
const distinct = (points: readonly Sample[]): string[] =>
  [...new Set(points.map(({ timeUs, value }) => `${timeUs} ${value}`))].sort()

/** First, last, least and largest of each column. */
function modelOf(
  samples: readonly Sample[],
  { startUs, endUs, columnUs }: { startUs: number; endUs: number; columnUs: number },
): Sample[] {
  const points: Sample[] = []
  for (let fromUs = startUs; fromUs < endUs; fromUs += columnUs) {
    const own = samples.filter(({ timeUs }) => timeUs >= fromUs && timeUs < fromUs + columnUs)
    if (own.length === 0) continue
    const values = own.map(({ value }) => value)
    const places = [
      0,
      own.length - 1,
      values.indexOf(Math.min(...values)),
      values.indexOf(Math.max(...values)),
    ]
    points.push(...places.map((place) => own[place] as Sample))
  }
  return points
}

describe('a picture of a tag', () => {
  it('has the first, last, least and largest sample of each column, however much is sealed', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ frames, sealed, fromS, lengthS, pointsMax }) => {
        const sealLimits = { runSamples: 1000, runFrames: 3, blockSamples: 512, chunkSamples: 300 }
        const journal = await openJournal(createMemoryStore(), { sealLimits, blockSamplesMax: 100 })
        const producer = producerOf('p')
        const samples: Sample[] = []
        for (const { startS, stepUs, values } of frames) {
          const points = values.map((value, i) => [startS * SECOND_US + i * stepUs, value + 0] as const)
          await journal.append([producer.samples([column('line/a', points), column('line/b', [[5, 1]])])])
          samples.push(...points.map(([timeUs, value]) => ({ timeUs, value })))
        }
        await sealAll(journal, Math.round(sealed * journal.headLsn))
        // A sort that is stable keeps the order of arrival of equal times.
        samples.sort((a, b) => a.timeUs - b.timeUs)
        const range = { fromUs: fromS * SECOND_US, toUs: (fromS + lengthS) * SECOND_US }
        const picture = await journal.picture({ tag: 'line/a', ...range, pointsMax })
        expect(picture.startUs).toBeLessThanOrEqual(range.fromUs)
        expect(picture.endUs).toBeGreaterThanOrEqual(range.toUs)
        const points = [...picture.timesUs].map((timeUs, i) => ({ timeUs, value: picture.values[i] ?? 0 }))
        expect(distinct(points)).toEqual(distinct(modelOf(samples, picture)))
        expect(points.map(({ timeUs }) => timeUs)).toEqual([...picture.timesUs].sort((a, b) => a - b))
        expect(points.length).toBeLessThanOrEqual(pointsMax)
      }),
      { numRuns: 60 },
    )
  })

  it('of a tag that is not there is empty', async () => {
    const journal = await openJournal(createMemoryStore())
    const picture = await journal.picture({ tag: 'none', fromUs: 0, toUs: 10, pointsMax: 100 })
    expect(picture.timesUs).toHaveLength(0)
  })
})

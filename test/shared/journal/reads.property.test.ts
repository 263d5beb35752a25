import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unitsOf } from '../../../shared/aggregate/exact-sum.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { column, type Point, producerOf } from './frames.ts'

const SECOND_US = 1_000_000
const TAG = 'line/a'

const qualities = fc.array(
  fc.constantFrom(0, 0, 0, Quality.uncertain, Quality.bad, Quality.gapBefore, Quality.quarantined),
  { minLength: 1, maxLength: 7 },
)

/** So many numbers in a few seconds that their chunks have rollups. */
const denseFrame = fc.record({
  startS: fc.integer({ min: 0, max: 40 }).map((tens) => 10 * tens),
  stepUs: fc.constantFrom(50_000, 100_000),
  values: fc
    .tuple(fc.integer(), fc.option(fc.double(), { freq: 2 }))
    .map(([seed, other]): (number | boolean | string)[] =>
      Array.from({ length: 150 }, (_, i) => (i === 70 ? (other ?? 1) : Math.sin(seed + i ** 2))),
    ),
  qualities: fc.oneof(
    fc.constant([0]),
    fc.constant([...Array<number>(30).fill(Quality.bad), ...Array<number>(70).fill(0)]),
    fc.array(fc.constantFrom(0, 0, Quality.bad), { minLength: 40, maxLength: 60 }),
    qualities,
  ),
})

/** What machines send at their worst: every kind, values that are no numbers, times that repeat, go back and stop. */
const oddFrame = fc.record({
  startS: fc.integer({ min: 0, max: 4000 }),
  stepUs: fc.constantFrom(0, 100_000, SECOND_US, 7 * SECOND_US),
  values: fc.oneof<fc.Arbitrary<(number | boolean | string)[]>[]>(
    fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double()), { minLength: 1, maxLength: 80 }),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
    fc.array(fc.constantFrom('on', 'off', '7'), { minLength: 1, maxLength: 20 }),
  ),
  qualities,
})

const frame = fc.oneof({ arbitrary: denseFrame, weight: 3 }, { arbitrary: oddFrame, weight: 1 })

const world = fc.record({
  frames: fc.array(frame, { minLength: 1, maxLength: 8 }),
  sealed: fc.array(fc.constantFrom(0, 0.5, 0.9, 1), { minLength: 1, maxLength: 3 }),
})

const range = fc.record({
  fromS: fc.option(fc.oneof(fc.integer({ min: -10, max: 500 }), fc.integer({ min: -10, max: 4500 }))),
  lengthUs: fc.option(
    fc.oneof(fc.integer({ min: 1, max: 5000 * SECOND_US }), fc.integer({ min: 1, max: 500 * SECOND_US })),
  ),
})

interface Sample {
  readonly timeUs: number
  readonly value: number | boolean | string
  readonly quality: number
}

type World = typeof world extends fc.Arbitrary<infer Given> ? Given : never
type Range = typeof range extends fc.Arbitrary<infer Given> ? Given : never

/** A journal with the frames, sealed in steps as they come, and all samples in order of time, then of arrival. */
async function filled({ frames, sealed }: World) {
  const sealLimits = { runSamples: 1000, runFrames: 3, blockSamples: 512, chunkSamples: 128 }
  const journal = await openJournal(createMemoryStore(), { sealLimits, blockSamplesMax: 100 })
  const producer = producerOf('p')
  const samples: Sample[] = []
  for (const [index, { startS, stepUs, values, qualities }] of frames.entries()) {
    const points = values.map((value, i): Point => {
      return [startS * SECOND_US + i * stepUs, value, qualities[i % qualities.length] ?? 0]
    })
    await journal.append([producer.samples([column(TAG, points), column('line/b', [[5, 1]])])])
    samples.push(...points.map(([timeUs, value, quality = 0]) => ({ timeUs, value, quality })))
    const share = sealed[index % sealed.length] ?? 0
    while (await journal.seal(Math.round(share * journal.headLsn))) {
      // As many runs as it takes.
    }
  }
  samples.sort((a, b) => a.timeUs - b.timeUs)
  return { journal, samples }
}

const queryOf = ({ fromS, lengthUs }: Range) => {
  const fromUs = fromS === null ? null : fromS * SECOND_US
  return { tags: [TAG], fromUs, toUs: lengthUs === null ? null : (fromUs ?? 0) + lengthUs, cursor: '' }
}

const within = (samples: readonly Sample[], { fromUs, toUs }: ReturnType<typeof queryOf>) =>
  samples.filter(({ timeUs }) => timeUs >= (fromUs ?? -Infinity) && timeUs < (toUs ?? Infinity))

const isTrusted = ({ quality }: Sample): boolean => (quality & Quality.quarantined) === 0
const isGood = ({ value, quality }: Sample): boolean =>
  (quality & Quality.severityMask) < Quality.bad && Number.isFinite(Number(value))

async function valuesOf<T>(outcomes: AsyncIterable<{ readonly value: T }>): Promise<T[]> {
  const values: T[] = []
  for await (const { value } of outcomes) values.push(value)
  return values
}

/** A sum of doubles by whole numbers, and how far the sum of a journal may be from it. */
function exactly(values: readonly number[]) {
  const units = values.reduce((sum, value) => sum + unitsOf(value), 0n)
  const magnitude = values.reduce((sum, value) => sum + Math.abs(value), 0)
  return {
    units,
    slackUnits: unitsOf(Math.min(Number.MAX_VALUE, magnitude * values.length ** 2 * 2 ** -102)),
  }
}

const abs = (units: bigint): bigint => (units < 0n ? -units : units)

function expectSum(sum: number | null, values: readonly number[]): void {
  const { units, slackUnits } = exactly(values)
  // What passed the largest double on the way is no number, whatever came after.
  const isHuge = values.some((value) => Math.abs(value) > 1e300)
  if (sum === null) expect(isHuge).toBe(true)
  else expect(abs(unitsOf(sum) - units) <= (abs(units) >> 52n) + slackUnits + 1n).toBe(true)
}

/** First, last and extremes by the order of time; of one time and several kinds any may count. */
function expectEnds(
  given: { first: unknown; last: unknown; min: unknown; max: unknown },
  good: readonly Sample[],
) {
  const numbers = good.map(({ value }) => Number(value) + 0)
  const [least, largest] = [Math.min(...numbers), Math.max(...numbers)]
  const pointAt = (at: number) => ({ timeUs: good[at]?.timeUs, value: numbers[at] })
  const ofTime = (timeUs: number | undefined) =>
    good.flatMap((sample, at) => (sample.timeUs === timeUs ? [pointAt(at)] : []))
  const kinds = new Set(good.map(({ value }) => typeof value))
  const [first, last] = [ofTime(good[0]?.timeUs), ofTime(good.at(-1)?.timeUs)]
  expect(kinds.size === 1 ? [first[0]] : first).toContainEqual(given.first)
  expect(kinds.size === 1 ? [last.at(-1)] : last).toContainEqual(given.last)
  expect(given.min).toEqual(pointAt(numbers.indexOf(least)))
  expect(given.max).toEqual(pointAt(numbers.indexOf(largest)))
}

describe('the statistics of a tag', () => {
  it('are those of all its samples in the range, however much is sealed', async () => {
    await fc.assert(
      fc.asyncProperty(world, range, fc.boolean(), async (given, asked, everySample) => {
        const { journal, samples } = await filled(given)
        const query = queryOf(asked)
        const numbers = within(samples, query).filter(
          (sample) => isTrusted(sample) && typeof sample.value !== 'string',
        )
        const good = numbers.filter(isGood)
        const [outcome] = await valuesOf(journal.reads.statistics({ ...query, everySample }))
        if (outcome === undefined) expect(numbers).toEqual([])
        if (outcome === undefined) return
        expect([outcome.count, outcome.bad]).toEqual([good.length, numbers.length - good.length])
        expectSum(
          outcome.sum,
          good.map(({ value }) => Number(value)),
        )
        if (good.length > 0) expectEnds({ ...outcome }, good)
        else expect([outcome.mean, outcome.min, outcome.first]).toEqual([null, null, null])
        const uncertain = good.filter(({ quality }) => (quality & Quality.severityMask) === Quality.uncertain)
        const counts = outcome.everySample && [outcome.everySample.good, outcome.everySample.uncertain]
        expect(counts).toEqual(everySample ? [good.length - uncertain.length, uncertain.length] : undefined)
      }),
      { numRuns: 40 },
    )
  })

  it('have the mean, and the standard deviation when every sample is read', async () => {
    const journal = await openJournal(createMemoryStore())
    const points = [2, 4, 4, 4, 5, 5, 7, 9].map((value, i): Point => [i, value])
    await journal.append([producerOf('p').samples([column(TAG, points)])])
    const query = { tags: [], fromUs: null, toUs: null, cursor: '', everySample: true }
    const [outcome] = await valuesOf(journal.reads.statistics(query))
    expect(outcome).toMatchObject({ mean: 5, sum: 40, everySample: { good: 8, standardDeviation: 2 } })
  })
})

describe('the cells of a tag', () => {
  it('are those of its samples in the range, at any width', async () => {
    const widths = fc.constantFrom(SECOND_US, 7_000_000, 10_000_000, 60_000_000, 90_000_000, 3_600_000_000)
    await fc.assert(
      fc.asyncProperty(world, range, widths, async (given, asked, widthUs) => {
        const { journal, samples } = await filled(given)
        const query = queryOf(asked)
        const numbers = within(samples, query).filter(
          (sample) => isTrusted(sample) && typeof sample.value !== 'string',
        )
        const starts = [...new Set(numbers.map(({ timeUs }) => Math.floor(timeUs / widthUs) * widthUs))]
        const cells = await valuesOf(journal.reads.cells({ ...query, widthUs }))
        expect(cells.map(({ startUs }) => startUs)).toEqual(starts)
        for (const cell of cells) {
          const own = numbers.filter(
            ({ timeUs }) => timeUs >= cell.startUs && timeUs < cell.startUs + widthUs,
          )
          const good = own.filter(isGood).map(({ value }) => Number(value) + 0)
          expect([cell.count, cell.bad]).toEqual([good.length, own.length - good.length])
          const extremes = good.length === 0 ? [null, null] : [Math.min(...good), Math.max(...good)]
          expect([cell.min, cell.max]).toEqual(extremes)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('the gaps of a tag', () => {
  it('are the stretches without a sample, however much is sealed', async () => {
    const lengths = fc.constantFrom(SECOND_US, 5 * SECOND_US, 10_000_000, 60_000_000, 1_000_000_000)
    await fc.assert(
      fc.asyncProperty(world, range, lengths, async (given, asked, longerThanUs) => {
        const { journal, samples } = await filled(given)
        const query = queryOf(asked)
        const times = within(samples, query)
          .filter(isTrusted)
          .map(({ timeUs }) => timeUs)
        const isThere =
          within(samples, query).length > 0 || (await valuesOf(journal.reads.last(query))).length > 0
        const marks = [query.fromUs ?? times[0] ?? 0, ...times, query.toUs ?? times.at(-1) ?? 0]
        const expected = marks.flatMap((toUs, at) => {
          const fromUs = marks[at - 1] ?? toUs
          return toUs - fromUs > longerThanUs ? [{ tag: TAG, fromUs, toUs }] : []
        })
        const found = await valuesOf(journal.reads.gaps({ ...query, longerThanUs }))
        if (isThere)
          expect(found).toEqual(
            times.length === 0 && (query.fromUs === null || query.toUs === null) ? [] : expected,
          )
      }),
      { numRuns: 40 },
    )
  })
})

describe('the last sample of a tag', () => {
  it('is the newest of the range that is not quarantined, and of one time the one that came last', async () => {
    await fc.assert(
      fc.asyncProperty(world, range, async (given, asked) => {
        const { journal, samples } = await filled(given)
        const query = queryOf(asked)
        const expected = within(samples, query).filter(isTrusted).at(-1)
        const frames = (await valuesOf(journal.reads.last(query))).map(decodeFrame)
        const found = frames.flatMap((each) => (each.body === 'samples' ? each.columns : []))
        expect(found).toEqual(
          expected === undefined ? [] : [column(TAG, [[expected.timeUs, expected.value, expected.quality]])],
        )
      }),
      { numRuns: 40 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { FRAME_BYTES_MAX } from '../../../shared/frame/limits.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import type { RangeQuery } from '../../../shared/journal/read/range-reader.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { column, type Point, producerOf } from './frames.ts'

/** One sample with all that its place in the order depends on. */
interface Sample {
  readonly tag: string
  readonly timeUs: number
  readonly value: number | boolean | string
  readonly quality: number
  readonly lsn: number
  readonly index: number
}

const TAGS = [
  'line1/a',
  'line1/b',
  'line1',
  'ä/x',
  '\u{10000}',
  '\uffee',
  'line2/a',
  'line2/b',
  'line2/c',
  'z',
]
const PRODUCERS = ['p1', 'p2', 'p3']

const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: -5_000_000, max: 5_000_000 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 2 ** 40, -(2 ** 52)),
  },
)
const value = fc.oneof(
  { weight: 4, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
)
const points = fc
  .tuple(value, fc.array(fc.tuple(time, value, fc.nat({ max: 15 })), { maxLength: 12 }))
  .map(([first, rest]) => rest.filter(([, other]) => typeof other === typeof first) as Point[])
const columns = fc.array(fc.record({ tag: fc.constantFrom(...TAGS), points }), {
  minLength: 1,
  maxLength: 14,
})
const frames = fc.array(fc.record({ producer: fc.constantFrom(...PRODUCERS), columns }), { maxLength: 12 })
const bound = fc.option(fc.oneof(time, fc.double({ min: -100, max: 100, noNaN: true })))
const query = fc.record({
  tags: fc.constantFrom<string[][]>([], ['#'], ['line1/#'], ['+/a', 'z'], ['line2/b'], ['none']),
  fromUs: bound,
  toUs: bound,
})
const split = fc.record({
  pageSamplesMax: fc.integer({ min: 1, max: 30 }),
  blockSamplesMax: fc.integer({ min: 1, max: 30 }),
  pagesPerAsk: fc.integer({ min: 1, max: 5 }),
  framesPerBatch: fc.integer({ min: 1, max: 5 }),
  sealLimits: fc.record({
    runSamples: fc.integer({ min: 1, max: 100 }),
    runFrames: fc.integer({ min: 1, max: 8 }),
    blockSamples: fc.integer({ min: 1, max: 30 }),
    chunkSamples: fc.integer({ min: 1, max: 15 }),
  }),
  /** Sealing runs after some batches, and between pages: up to this share of the log. */
  seals: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
})

const MATCHES: Record<string, (tag: string) => boolean> = {
  '#': () => true,
  'line1/#': (tag) => tag === 'line1' || tag.startsWith('line1/'),
  '+/a': (tag) => tag === 'line1/a' || tag === 'line2/a',
  z: (tag) => tag === 'z',
  'line2/b': (tag) => tag === 'line2/b',
  none: () => false,
}

describe('a range read of the journal', () => {
  it('gives what sorting all samples by tag, time and arrival gives, however it is cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(frames, query, split, async (all, wanted, cut) => {
        const disk = createMemoryDisk()
        const { blockSamplesMax, sealLimits } = cut
        const options = { blockSamplesMax, sealLimits }
        let journal = await openJournal(disk.open(), options)
        const producers = new Map(PRODUCERS.map((name) => [name, producerOf(name)]))
        const encoded = all.map(
          (frame) =>
            producers.get(frame.producer)?.samples(frame.columns.map((c) => column(c.tag, c.points))) ??
            new Uint8Array(),
        )
        for (let first = 0; first < encoded.length; first += cut.framesPerBatch) {
          await journal.append(encoded.slice(first, first + cut.framesPerBatch))
          await sealSome(journal, cut.seals[first])
          disk.losePower()
          journal = await openJournal(disk.open(), options)
        }
        const seals = [...cut.seals]
        const read = await readAll(
          journal,
          { ...wanted, pageSamplesMax: cut.pageSamplesMax },
          cut.pagesPerAsk,
          () => sealSome(journal, seals.pop()),
        )
        const isWanted = (tag: string) =>
          wanted.tags.length === 0 || wanted.tags.some((filter) => MATCHES[filter]?.(tag))
        const expected = encoded
          .flatMap(samplesOf)
          .filter(({ tag }) => isWanted(tag))
          .filter(
            ({ timeUs }) => timeUs >= (wanted.fromUs ?? -Infinity) && timeUs < (wanted.toUs ?? Infinity),
          )
          .sort(byTagTimeArrival)
        expect(read).toEqual(
          expected.map(({ tag, timeUs, value, quality }) => ({ tag, timeUs, value, quality })),
        )
        checkBounds(journal, encoded)
      }),
      { numRuns: 150 },
    )
  })
})

const sealSome = async (journal: Journal, share: number | undefined) => {
  if (share !== undefined) await journal.seal(Math.round(share * journal.headLsn))
}

async function readAll(
  journal: Journal,
  query: Omit<RangeQuery, 'cursor'>,
  pagesPerAsk: number,
  betweenAsks: () => Promise<void>,
) {
  const read: Omit<Sample, 'lsn' | 'index'>[] = []
  let cursor = ''
  for (;;) {
    let pageCount = 0
    for await (const page of journal.range({ ...query, cursor })) {
      expect(page.bytes.length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
      const samples = samplesOf(page.bytes, 0)
      expect(samples).toHaveLength(page.sampleCount)
      expect(samples.length).toBeLessThanOrEqual(query.pageSamplesMax ?? Infinity)
      read.push(...samples.map(({ tag, timeUs, value, quality }) => ({ tag, timeUs, value, quality })))
      cursor = page.cursor
      pageCount += 1
      if (pageCount === pagesPerAsk) break
    }
    if (pageCount < pagesPerAsk) return read
    await betweenAsks()
  }
}

/** Samples of a frame in its own order; the frame's place in the list stands for its log position. */
function samplesOf(bytes: Uint8Array, lsn: number): Sample[] {
  const frame = decodeFrame(bytes)
  const columns = frame.body === 'samples' ? frame.columns : []
  return columns.flatMap(({ tag, timesUs, quality, data }, columnIndex) =>
    [...timesUs].map((timeUs, i) => {
      const raw = data.values[i] ?? 0
      const value = data.kind === 'boolean' ? raw === 1 : raw
      return { tag, timeUs, value, quality: quality[i] ?? 0, lsn, index: columnIndex * 1000 + i }
    }),
  )
}

const byTagTimeArrival = (a: Sample, b: Sample) =>
  Buffer.compare(Buffer.from(a.tag), Buffer.from(b.tag)) ||
  a.timeUs - b.timeUs ||
  a.lsn - b.lsn ||
  a.index - b.index

/** The catalogue, which survived power loss after every batch, counts what was appended. */
function checkBounds(journal: Journal, encoded: readonly Uint8Array[]): void {
  const samples = encoded.flatMap(samplesOf)
  for (const { tag, firstTimeUs, lastTimeUs, sampleCount } of journal.tags('', 1000)) {
    const times = samples.filter((sample) => sample.tag === tag).map(({ timeUs }) => timeUs)
    expect({ firstTimeUs, lastTimeUs, sampleCount }).toEqual({
      firstTimeUs: Math.min(...times),
      lastTimeUs: Math.max(...times),
      sampleCount: times.length,
    })
  }
  expect(journal.tags('', 1000).map(({ tag }) => tag)).toHaveLength(
    new Set(samples.map(({ tag }) => tag)).size,
  )
}

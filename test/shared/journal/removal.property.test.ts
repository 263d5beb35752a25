import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import type { Piece } from '../../../shared/journal/removal/pieces.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../../shared/time/time.ts'
import { column, producerOf } from './frames.ts'

const LIMITS = { runSamples: 60, runFrames: 7, blockSamples: 64, chunkSamples: 20 }
const TAGS = ['line/a', 'line/b']
const DAY_US = 86_400_000_000

const batches = fc.array(
  fc.record({
    tag: fc.constantFrom(...TAGS),
    fromUs: fc.integer({ min: 0, max: 400 }).map((hours) => hours * (DAY_US / 24)),
    count: fc.integer({ min: 1, max: 30 }),
    isSealed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

/** Time and value of everything that is left, by tag. */
async function samplesOf(journal: Journal, tag: string): Promise<string[]> {
  const samples: string[] = []
  const query = { tags: [tag], fromUs: null, toUs: null, cursor: '' }
  for await (const { bytes } of journal.range(query)) {
    const frame = decodeFrame(bytes)
    if (frame.body !== 'samples') continue
    for (const { timesUs, data } of frame.columns) {
      samples.push(...Array.from(timesUs, (timeUs, i) => `${timeUs} ${data.values[i]}`))
    }
  }
  return samples
}

async function piecesOf(journal: Journal): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const tag of TAGS) {
    for await (const piece of journal.pieces(tag, { fromUs: TIME_US_MIN, toUs: TIME_US_MAX }))
      pieces.push(piece)
  }
  return pieces
}

const isIn = (piece: Piece) => (sample: string) => {
  const timeUs = Number(sample.split(' ')[0])
  return timeUs >= piece.fromUs && timeUs <= piece.toUs
}

describe('removal of pieces', () => {
  it('takes exactly their samples, leaves all proofs, and survives a loss of power', async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        async (given, picks) => {
          const disk = createMemoryDisk()
          const journal = await openJournal(disk.open(), { sealLimits: LIMITS, receivedUs: () => 5_000_000 })
          const producer = producerOf('p')
          const record = producerOf('audit')
          for (const [index, { tag, fromUs, count, isSealed }] of given.entries()) {
            const points = Array.from(
              { length: count },
              (_, i) => [fromUs + i * 1e6 + index, index * 100 + i] as const,
            )
            await journal.append([producer.samples([column(tag, points)])])
            while (isSealed && (await journal.seal(journal.headLsn)));
          }
          const before = new Map(
            await Promise.all(TAGS.map(async (tag) => [tag, await samplesOf(journal, tag)] as const)),
          )
          const pieces = await piecesOf(journal)
          for (const { receipt } of pieces)
            expect(receipt).toEqual({ fromUs: 5e6, toUs: 65e6, lawRevision: 0 })
          const chosen = pieces.filter((_, i) => picks[i % picks.length])
          await journal.removePieces(chosen, [record.records('{"type":"x","id":"1"}')])

          disk.losePower()
          const store = disk.open()
          const again = await openJournal(store, { sealLimits: LIMITS })
          for (const tag of TAGS) {
            const all = before.get(tag) ?? []
            const gone = chosen.filter((piece) => piece.tag === tag)
            const left = await samplesOf(again, tag)
            // What is not sealed may lie among the samples of a chunk that goes.
            const removed = all.length - left.length
            expect(removed).toBe(gone.reduce((sum, { sampleCount }) => sum + sampleCount, 0))
            expect(left.every((sample) => all.includes(sample))).toBe(true)
            const kept = all.filter((sample) => !gone.some((piece) => isIn(piece)(sample)))
            expect(kept.every((sample) => left.includes(sample))).toBe(true)
            const bounds = again.tags('', 9).find((each) => each.tag === tag)
            expect(bounds?.sampleCount ?? 0).toBe(left.length)
            const times = left.map((sample) => Number(sample.split(' ')[0]))
            if (left.length > 0) {
              expect(bounds?.firstTimeUs).toBeLessThanOrEqual(Math.min(...times))
              expect(bounds?.lastTimeUs).toBeGreaterThanOrEqual(Math.max(...times))
            }
          }
          const verified = await verifyJournal(store)
          expect(verified.problems).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })
})

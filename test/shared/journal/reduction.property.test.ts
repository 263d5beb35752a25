import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import type { Outcome } from '../../../shared/journal/read/reads.ts'
import type { Piece } from '../../../shared/journal/removal/pieces.ts'
import { rebuildJournal } from '../../../shared/journal/repair/rebuild.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { createMemoryDisk, createMemoryStore } from '../../../shared/store/memory-store.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../../shared/time/time.ts'
import { sealAll } from '../../support/seal-all.ts'
import { column, producerOf } from './frames.ts'

const LIMITS = { runSamples: 120, runFrames: 7, blockSamples: 64, chunkSamples: 20 }
const TAGS = ['line/a', 'line/b']
const HOUR_US = 3_600_000_000
const DAY_US = 24 * HOUR_US
const EVERYWHERE = { fromUs: TIME_US_MIN, toUs: TIME_US_MAX }
const WHOLE = { tags: [], fromUs: null, toUs: null, cursor: '' }

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      tag: fc.constantFrom(...TAGS),
      hour: fc.nat(200),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reduce' as const), picks: fc.nat(255) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function listOf<T>(outcomes: AsyncIterable<Outcome<T>>): Promise<T[]> {
  const values: T[] = []
  for await (const { value } of outcomes) values.push(value)
  return values
}

async function piecesOf(journal: Journal, form?: Piece['form']): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const tag of TAGS) for await (const piece of journal.pieces(tag, EVERYWHERE, form)) pieces.push(piece)
  return pieces
}

/** The figures of all tags, with nothing said of where they come from. */
async function figuresOf(journal: Journal) {
  const figures = await listOf(journal.reads.statistics({ ...WHOLE, everySample: false }))
  return figures.map(({ reduced: _, ...rest }) => rest)
}

describe('chunks of which only rollups are left', () => {
  it('come to the same figures as the samples did, whatever comes late, and every proof holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), fc.nat(199), async (steps, cut) => {
        const disk = createMemoryDisk()
        let store = disk.open()
        let journal = await openJournal(store, { sealLimits: LIMITS })
        const producer = producerOf('p')
        const record = producerOf('audit')
        let count = 0
        let reducedSamples = 0
        const take = async (each: Step) => {
          count += 1
          if (each.do === 'append') {
            const startUs = each.hour * HOUR_US + count
            const points = Array.from(
              { length: each.count },
              (_, i) => [startUs + i * 1e6, (count * 37 + i * 11) % 97] as const,
            )
            const newest = record.records(`{"type":"x","id":"newest-${count}"}`)
            await journal.append([producer.samples([column(each.tag, points)]), newest])
            await sealAll(journal)
          } else if (each.do === 'reduce') {
            const chosen = (await piecesOf(journal, 'raw')).filter(
              (_, i) => (each.picks >> (i % 8)) % 2 === 1,
            )
            const before = await figuresOf(journal)
            const own = [record.records(`{"type":"x","id":"${count}"}`)]
            await journal.removePieces(chosen, own, { keepsRollups: true })
            reducedSamples += chosen.reduce((sum, { sampleCount }) => sum + sampleCount, 0)
            expect(await figuresOf(journal)).toEqual(before)
          } else {
            disk.losePower()
            store = disk.open()
            journal = await openJournal(store, { sealLimits: LIMITS })
          }
        }
        for (const each of steps) await take(each)

        expect((await verifyJournal(store)).problems).toEqual([])
        const stretches = await listOf(journal.reads.reduced(WHOLE))
        expect(stretches.reduce((sum, { samples }) => sum + samples, 0)).toBe(reducedSamples)
        const all = await listOf(journal.reads.statistics({ ...WHOLE, everySample: false }))
        expect(all.reduce((sum, { reduced }) => sum + (reduced?.count ?? 0), 0)).toBe(reducedSamples)
        // Ranges that touch have each sample once, and narrow cells have all of them.
        const cutUs = cut * HOUR_US + 7_000_000
        for (const widthUs of [1000, 7_000_000, HOUR_US]) {
          const before = await listOf(journal.reads.cells({ ...WHOLE, toUs: cutUs, widthUs }))
          const after = await listOf(journal.reads.cells({ ...WHOLE, fromUs: cutUs, widthUs }))
          const sum = [...before, ...after].reduce((total, cell) => total + cell.count, 0)
          expect(sum).toBe(all.reduce((total, figures) => total + figures.count, 0))
        }

        const target = createMemoryStore()
        const report = await rebuildJournal(store, target)
        expect([report.verified.problems, report.quarantinedCount, report.losses]).toEqual([[], 0, []])
        if (journal.headLsn > 0) expect(report.proof.isProven).toBe(true)

        await journal.removePieces(await piecesOf(journal), [record.records('{"type":"x","id":"end"}')])
        expect((await verifyJournal(store)).problems).toEqual([])
        expect(await figuresOf(journal)).toEqual([])
        expect((await piecesOf(journal)).length).toBe(0)
      }),
      { numRuns: 15 },
    )
  })

  it('keep their picture, and tell where samples are gone', async () => {
    const store = createMemoryStore()
    const journal = await openJournal(store)
    const producer = producerOf('p')
    const points = Array.from({ length: 4000 }, (_, i) => [i * 1_000_000, Math.sin(i / 100)] as const)
    for (let from = 0; from < points.length; from += 400) {
      await journal.append([producer.samples([column('line/a', points.slice(from, from + 400))])])
    }
    await journal.append([producer.samples([column('line/a', [[2 * DAY_US, 5]])])])
    await sealAll(journal)
    const [oldest] = await piecesOf(journal, 'raw')
    if (oldest === undefined) throw new Error('nothing is sealed')
    const record = producerOf('audit')
    await journal.removePieces([oldest], [record.records('{"type":"x","id":"1"}')], { keepsRollups: true })

    const [stretch] = await listOf(journal.reads.reduced(WHOLE))
    expect(stretch).toMatchObject({ tag: 'line/a', fromUs: 0, samples: oldest.sampleCount })
    const range = { fromUs: 0, toUs: 4_000_000_000 }
    const picture = await journal.picture({ tag: 'line/a', ...range, pointsMax: 64 })
    expect(Math.max(...picture.values)).toBeCloseTo(1, 3)
    expect(Math.min(...picture.values)).toBeCloseTo(-1, 3)
    const rows = await listOf(journal.reads.cells({ ...WHOLE, ...range, widthUs: 1_000_000 }))
    expect(rows.every(({ widthUs = 0 }) => widthUs > 1_000_000)).toBe(true)
    const gaps = await listOf(journal.reads.gaps({ ...WHOLE, longerThanUs: DAY_US }))
    expect(gaps).toEqual([{ tag: 'line/a', fromUs: 3_999_000_000, toUs: 2 * DAY_US }])
  })
})

import { describe, expect, it } from 'vitest'
import type { Piece } from '../../../shared/journal/removal/pieces.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { explainData } from '../../../shared/law/explain-data.ts'
import { runThinning } from '../../../shared/law/thinning-run.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../../shared/time/time.ts'
import { sealAll } from '../../support/seal-all.ts'
import { column, producerOf } from '../journal/frames.ts'
import { createLawWorld, DAY_US, SATO, START_US } from './law-world.ts'

type World = Awaited<ReturnType<typeof createLawWorld>>

const LAW = {
  lawClasses: [
    { name: 'duty', keepAtLeast: '10y', residency: 'site' },
    { name: 'served', keepAtLeast: '1d', residency: 'site' },
    { name: 'brief', keepRawAtMost: '20d', keepAtMost: '40d', residency: 'site' },
  ],
  laws: [
    { tags: ['duty'], class: 'duty' },
    { tags: ['served'], class: 'served' },
    { tags: ['brief'], class: 'brief' },
  ],
}

/** Twelve days of each tag, a chunk each, of numbers that no codec makes small. */
async function worldWith(tags: readonly string[], days = 12): Promise<World> {
  const world = await createLawWorld(undefined, { chunkSamples: 2000, blockSamples: 8192, runSamples: 8192 })
  await world.setLaw(LAW)
  await world.keeper.confirmClock(SATO)
  const producer = producerOf('p')
  for (let day = 0; day < days; day += 1) {
    for (const tag of tags) {
      const points = Array.from(
        { length: 1500 },
        (_, i) => [world.nowUs() + i * 10_000, Math.sin(i * 7.7 + day) * 1e6] as const,
      )
      for (const part of [0, 500, 1000]) {
        await world.journal.append([producer.samples([column(tag, points.slice(part, part + 500))])])
      }
    }
    await sealAll(world.journal)
    world.pass(DAY_US)
    await world.keeper.observeTime()
  }
  await world.journal.append([producer.records('{"type":"x","id":"newest"}')])
  await sealAll(world.journal)
  return world
}

async function piecesOf({ journal }: World, tag: string): Promise<Piece[]> {
  const pieces: Piece[] = []
  for await (const piece of journal.pieces(tag, { fromUs: TIME_US_MIN, toUs: TIME_US_MAX }))
    pieces.push(piece)
  return pieces
}

async function bytesOf(world: World, ...tags: readonly string[]): Promise<number> {
  const pieces = (await Promise.all(tags.map((tag) => piecesOf(world, tag)))).flat()
  return pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

const formsOf = async (world: World, tag: string) => (await piecesOf(world, tag)).map(({ form }) => form)

const thin = ({ journal, keeper }: World, use: { usedBytes: number; budgetBytes: number }) =>
  journal.undisturbed(() => runThinning({ journal, keeper, who: 'test', use }))

describe('a store on a disk that fills', () => {
  it('drops what has served its duty, then makes rollups of the oldest samples, and keeps every duty', async () => {
    const tags = ['duty', 'free', 'served']
    const world = await worldWith(tags)
    const usedBytes = await bytesOf(world, ...tags)
    const servedBytes = await bytesOf(world, 'served')
    // Enough of it goes with what has served its duty and with about half of the free samples.
    const budgetBytes = (usedBytes - servedBytes - (await bytesOf(world, 'free')) / 2) / 0.9
    const report = await thin(world, { usedBytes, budgetBytes })

    // What came in the last day is held by its duty.
    expect((await piecesOf(world, 'served')).length).toBeLessThanOrEqual(2)
    expect((await formsOf(world, 'duty')).every((form) => form === 'raw')).toBe(true)
    const free = await piecesOf(world, 'free')
    const reduced = free.filter(({ form }) => form === 'rollup')
    expect(reduced.length).toBeGreaterThan(2)
    expect(reduced.length).toBeLessThan(10)
    const newestReducedUs = Math.max(...reduced.map(({ toUs }) => toUs))
    expect(free.every(({ form, fromUs }) => form === 'rollup' || fromUs > newestReducedUs)).toBe(true)
    const left = usedBytes - (await bytesOf(world, ...tags))
    expect(left).toBe(report.freedBytes)
    expect((await verifyJournal(world.store)).problems).toEqual([])

    const audit = await world.audit()
    expect(new Set(audit.map(({ action }) => action))).toContain('reduce')
    const drop = audit.find(({ action }) => action === 'drop')
    expect(drop).toMatchObject({ who: 'test', target: 'tag served', result: 'done' })
    expect(drop?.reason).toContain('disk-pressure: the disk is at the level drop-expired')
    const { keeper, journal } = world
    const told = await explainData({ keeper, journal, diskLevel: () => 'refuse' }, 'free', START_US)
    expect(told).toMatchObject({ stored: 'rollup', decision: { verdict: 'may-delete', dropAt: 'refuse' } })
  })

  it('drops rollups, too, rather than to refuse samples, and nothing while there is room', async () => {
    const world = await worldWith(['free'], 6)
    const usedBytes = await bytesOf(world, 'free')
    expect(await thin(world, { usedBytes, budgetBytes: usedBytes * 2 })).toMatchObject({ pieces: 0 })
    await thin(world, { usedBytes, budgetBytes: usedBytes / 10_000 })
    expect(await piecesOf(world, 'free')).toEqual([])
    expect((await verifyJournal(world.store)).problems).toEqual([])
  })

  it('drops nothing under a hold, and nothing before anybody has confirmed the clock of a duty', async () => {
    const world = await worldWith(['free', 'duty'], 3)
    await world.keeper.placeHold({ id: 'case-1', scope: { tags: ['free'] }, ...SATO })
    const usedBytes = await bytesOf(world, 'free', 'duty')
    expect(await thin(world, { usedBytes, budgetBytes: usedBytes / 2 })).toMatchObject({ pieces: 0 })
  })

  it('reduces samples at the age of their law, and erases the rollups at that of the data', async () => {
    const world = await worldWith(['brief'], 3)
    world.pass(25 * DAY_US)
    await world.keeper.observeTime()
    await world.run()
    expect(new Set(await formsOf(world, 'brief'))).toEqual(new Set(['rollup']))
    expect((await world.samples()).length).toBe(0)
    expect((await world.audit()).at(-1)).toMatchObject({ action: 'reduce', after: { form: 'rollup' } })
    world.pass(20 * DAY_US)
    await world.keeper.observeTime()
    await world.run()
    expect(await formsOf(world, 'brief')).toEqual([])
    expect((await verifyJournal(world.store)).problems).toEqual([])
  })
})

import { expect, it } from 'vitest'
import { rebuildJournal } from '../../../shared/journal/repair/rebuild.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { column, producerOf } from '../journal/frames.ts'
import { everything, flipped } from '../journal/sealed-store.ts'
import { createLawWorld, SATO, START_US } from './law-world.ts'

const LAW = {
  lawClasses: [{ name: 'driver', residency: 'site', subject: '$2' }],
  laws: [{ tags: ['fleet/#'], class: 'driver' }],
}

/** A store out of which samples and records of one subject were erased. */
async function erased() {
  const world = await createLawWorld()
  await world.setLaw(LAW)
  const [p, q] = [producerOf('p'), producerOf('q')]
  for (const name of ['anna', 'ben']) {
    const tag = `fleet/${name}/speed`
    const points = Array.from({ length: 30 }, (_, i) => [START_US + i * 1e6, Math.sin(i)] as const)
    const summary = { type: 'summary', id: `${name}|w`, tag, startUs: START_US, endUs: START_US + 1 }
    await world.journal.append([p.samples([column(tag, points)]), q.records(JSON.stringify(summary))])
  }
  const order = { subject: 'anna', untilUs: world.nowUs(), ...SATO }
  await world.keeper.requestErasure({ id: 'r1', ...order })
  expect((await world.run()).erased).toMatchObject({ samples: 30, records: 1 })
  await world.keeper.observeTime()
  return world
}

it('a store from which was erased is repaired with its law, its trail and its shorter frames', async () => {
  const { store } = await erased()
  const target = createMemoryStore()
  const report = await rebuildJournal(store, target)
  expect(report).toMatchObject({ rebuilt: [], quarantinedCount: 0, losses: [], proof: { isProven: true } })
  // Figures of tags are written now and then; a repair writes them all.
  const isOther = (key: string) => !key.endsWith('tag-figures-lsn')
  const keysOf = async (each: typeof store) =>
    (await everything(each)).map(({ key }) => Buffer.from(key).toString('latin1')).filter(isOther)
  expect(await keysOf(target)).toEqual(await keysOf(store))
})

it('a bit of the audit trail, of a shorter frame or of its leaf that is another is found', async () => {
  const { store } = await erased()
  const entries = (await everything(store)).filter(({ key }) => [1, 13, 16].includes(key[0] ?? 0))
  expect(new Set(entries.map(({ key }) => key[0]))).toEqual(new Set([1, 13, 16]))
  for (const { key, value } of entries) {
    for (const changed of [undefined, ...(value.length > 0 ? [flipped(value, 100)] : [])]) {
      await store.batch([changed ? { type: 'put', key, value: changed } : { type: 'del', key }], {
        sync: true,
      })
      expect((await verifyJournal(store)).problemCount).toBeGreaterThan(0)
      await store.batch([{ type: 'put', key, value }], { sync: true })
    }
  }
  expect((await verifyJournal(store)).problems).toEqual([])
})

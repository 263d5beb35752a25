import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { storeWith } from '../../support/store-with.ts'
import { column, producerOf } from '../journal/frames.ts'
import { createLawWorld, DAY_US, SATO, START_US } from './law-world.ts'

const LAW = {
  lawClasses: [
    { name: 'driver', keepAtMost: '30d', residency: 'site', subject: '$2' },
    { name: 'batch', keepAtLeast: '90d', keepAtMost: '120d', residency: 'any', worm: true },
  ],
  laws: [
    { tags: ['fleet/#'], class: 'driver' },
    { tags: ['line/#'], class: 'batch' },
  ],
}

const ten = (tag: string, fromUs: number) =>
  column(
    tag,
    Array.from({ length: 10 }, (_, i) => [fromUs + i * 1e6, i] as const),
  )

async function filled(...arguments_: Parameters<typeof createLawWorld>) {
  const world = await createLawWorld(...arguments_)
  await world.setLaw(LAW)
  await world.keeper.confirmClock(SATO)
  const producer = producerOf('p')
  await world.journal.append([
    producer.samples([ten('fleet/anna/speed', START_US), ten('fleet/ben/speed', START_US)]),
    producer.samples([ten('line/a', START_US)]),
  ])
  return world
}

const tagsOf = (samples: readonly string[]) => [...new Set(samples.map((sample) => sample.split(' ')[0]))]

describe('the keeper of the law', () => {
  it('erases what has reached its limit, keeps what a duty keeps, and records what it did', async () => {
    const world = await filled()
    world.pass(31 * DAY_US)
    const report = await world.run()
    expect(report).toMatchObject({ erased: { pieces: 2, samples: 20 }, keptCount: 0 })
    expect(tagsOf(await world.samples())).toEqual(['line/a'])
    const entries = (await world.audit()).map(({ action, target, result }) => [action, target, result])
    expect(entries).toEqual([
      ['law', 'law', 'done'],
      ['clock-confirm', 'clock', 'done'],
      ['erase', 'tag fleet/anna/speed', 'done'],
      ['erase', 'tag fleet/ben/speed', 'done'],
    ])
    expect((await verifyJournal(world.store)).problems).toEqual([])
  })

  it('erases a subject at once and nobody else, and what is held when the hold is lifted', async () => {
    const world = await filled()
    const scope = { tags: ['fleet/anna/#'] }
    await world.keeper.placeHold({ id: 'case-1', scope, ...SATO })
    const order = { subject: 'anna', untilUs: world.nowUs() + DAY_US, ...SATO }
    await world.keeper.requestErasure({ id: 'r1', ...order })
    const held = await world.run()
    expect(held).toMatchObject({ erased: { samples: 0 }, keptCount: 1, kept: [{ tag: 'fleet/anna/speed' }] })
    await world.keeper.liftHold({ id: 'case-1', ...SATO })
    expect((await world.run()).erased.samples).toBe(10)
    expect(tagsOf(await world.samples())).toEqual(['fleet/ben/speed', 'line/a'])
  })

  it('erases what was computed of a subject out of the frames of records, and leaves the rest of them', async () => {
    const world = await filled()
    const summary = (tag: string) =>
      JSON.stringify({ type: 'summary', id: `${tag}|w`, tag, startUs: START_US, endUs: START_US + 1 })
    const texts = ['fleet/anna/speed', 'fleet/ben/speed', 'line/a'].map(summary)
    const producer = producerOf('q')
    await world.journal.append([producer.records(...texts), producer.records(texts[0] ?? '')])
    const order = { subject: 'anna', untilUs: world.nowUs(), ...SATO }
    await world.keeper.requestErasure({ id: 'r1', ...order })
    expect((await world.run()).erased).toMatchObject({ samples: 10, records: 2 })
    await world.restart()
    const { frames } = await world.journal.logPage({ afterLsn: 0, body: 'records', bytesMax: 1e6 })
    const left = frames
      .map(({ bytes }) => decodeFrame(bytes))
      .map((frame) => frame.body === 'records' && frame.records)
    expect(left).toEqual([texts.slice(1), []])
    expect((await verifyJournal(world.store)).problems).toEqual([])
    // The producer goes on where it was.
    const next = await world.journal.append([producer.records(texts[1] ?? '')])
    expect(next.stored).toHaveLength(1)
    expect((await verifyJournal(world.store)).problems).toEqual([])
  })

  it('shows with the evidence of a tag what was done to it, and nothing of others', async () => {
    const world = await filled()
    const hold = (id: string, tag: string) => world.keeper.placeHold({ id, scope: { tags: [tag] }, ...SATO })
    await hold('case-1', 'line/+')
    await hold('case-2', 'fleet/#')
    await world.keeper.liftHold({ id: 'case-2', ...SATO })
    const order = { subject: 'anna', untilUs: world.nowUs(), ...SATO }
    await world.keeper.requestErasure({ id: 'r1', ...order })
    await world.run()
    const shown: string[] = []
    const question = { tag: 'line/a', fromUs: null, toUs: null }
    for await (const part of world.journal.proving.evidence(question)) {
      if (part.kind !== 'frame') continue
      const frame = decodeFrame(part.bytes)
      if (frame.body === 'records') shown.push(...frame.records.map((text) => JSON.parse(text).target))
    }
    expect(shown).toEqual(['law', 'clock', 'hold case-1'])
  })

  it('knows everything again after a loss of power', async () => {
    const world = await filled()
    await world.keeper.placeHold({ id: 'case-1', scope: { tags: ['#'] }, ...SATO })
    await world.keeper.requestErasure({ id: 'r1', subject: 'anna', untilUs: START_US, ...SATO })
    await world.keeper.observeTime()
    const before = { law: world.keeper.law, audit: await world.audit() }
    await world.restart()
    expect(world.keeper.law).toEqual(before.law)
    expect(await world.audit()).toEqual(before.audit)
    await world.keeper.liftHold({ id: 'case-1', ...SATO })
    expect((await world.audit()).map(({ id }) => id)).toHaveLength(before.audit.length + 1)
  })

  it('records orders that it refuses, with the reason', async () => {
    const world = await filled()
    const refused = world.keeper.liftHold({ id: 'none', ...SATO })
    await expect(refused).rejects.toMatchObject({ code: 'GENBA_HOLD_UNKNOWN' })
    expect((await world.audit()).at(-1)).toMatchObject({
      action: 'hold-lift',
      target: 'hold none',
      result: 'refused',
      reason: 'there is no legal hold of this id',
      who: 'A. Sato',
    })
  })

  it('records an order of any length in a frame', async () => {
    const world = await filled()
    const tags = Array.from({ length: 64 }, (_, i) => `line/${'x'.repeat(400)}/${i}`)
    await world.keeper.placeHold({ id: 'wide', scope: { tags }, by: 'A. Sato', reason: '理'.repeat(1000) })
    expect((await world.audit()).at(-1)).toMatchObject({ action: 'hold-place', after: { shortened: true } })
    expect(world.keeper.law.holds.at(-1)?.scope.tags).toEqual(tags)
  })

  it('changes nothing when the disk refuses, and can be asked again', async () => {
    let isFull = false
    const world = await filled((store) =>
      storeWith(store, {
        batch: (...batch) => {
          if (isFull) return Promise.reject(new StoreError('GENBA_STORE_FULL', 'full'))
          return store.batch(...batch)
        },
      }),
    )
    const scope = { tags: ['#'] }
    isFull = true
    await expect(world.keeper.placeHold({ id: 'case-1', scope, ...SATO })).rejects.toBeInstanceOf(StoreError)
    expect(world.keeper.law.holds).toEqual([])
    isFull = false
    await world.keeper.placeHold({ id: 'case-1', scope, ...SATO })
    expect(world.keeper.law.holds.map(({ id }) => id)).toEqual(['case-1'])
    expect((await world.audit()).filter(({ action }) => action === 'hold-place')).toHaveLength(1)
  })

  it('changes nothing without its record, though a refused write had reached the disk', async () => {
    let isFull = false
    const world = await filled((store) =>
      storeWith(store, {
        batch: async (...batch) => {
          await store.batch(...batch)
          if (isFull) throw new StoreError('GENBA_STORE_IO', 'not synced')
        },
      }),
    )
    const hold = (id: string) => world.keeper.placeHold({ id, scope: { tags: ['#'] }, ...SATO })
    isFull = true
    await expect(hold('case-1')).rejects.toBeInstanceOf(StoreError)
    isFull = false
    await hold('case-2')
    await world.restart()
    const audit = (await world.audit()).filter(({ action }) => action === 'hold-place')
    expect(world.keeper.law.holds.map(({ id }) => `hold ${id}`)).toEqual(audit.map(({ target }) => target))
    expect(world.keeper.law.holds.map(({ id }) => id)).toContain('case-2')
  })

  it('takes a law into its history once, and a store without any has none', async () => {
    const world = await createLawWorld()
    await world.setLaw({})
    expect(world.journal.headLsn).toBe(0)
    await world.setLaw(LAW)
    await world.setLaw(LAW)
    expect(world.keeper.law.history.map(({ revision }) => revision)).toEqual([1])
    expect(await world.audit()).toMatchObject([{ action: 'law', after: { revision: 1 } }])
  })
})

import { describe, expect, it } from 'vitest'
import { AnswerPart } from '../../../shared/asking/asked.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { createSite, type Site } from './site.ts'

const REPLY_TO = Topic.reply('test')
const SATO = { by: 'A. Sato', reason: 'because it is so' }
const LAW = {
  lawClasses: [{ name: 'driver', residency: 'site', subject: '$2' }],
  laws: [{ tags: ['fleet/#'], class: 'driver' }],
}

/** The answer to a question or an order about the law. */
async function ask(site: Site, question: object): Promise<AnswerPart> {
  site.bus.published.length = 0
  await site.bus.publish(Topic.lawRequest, { json: { v: 1, id: 7, replyTo: REPLY_TO, ...question } })
  await site.pass(100)
  const parts = site.bus.published.flatMap(({ topic, payload }) =>
    topic === REPLY_TO && 'json' in payload ? [AnswerPart.parse(payload.json)] : [],
  )
  const [first] = parts
  if (first === undefined) throw new Error('nobody answered')
  return { ...first, text: parts.map(({ text }) => text).join('') }
}

async function started(): Promise<Site> {
  const site = createSite()
  await site.start(LAW)
  const producer = producerOf('p', site.clock.wallUs())
  const points = Array.from({ length: 10 }, (_, i) => [i, i] as const)
  for (const tag of ['fleet/anna/speed', 'fleet/ben/speed']) {
    await site.feed('p', producer.samples([column(tag, points)]))
    await site.pass(1000)
  }
  return site
}

describe('a historian under law', () => {
  it('erases a subject at once, though somebody still follows the log', async () => {
    const site = await started()
    const follow = { op: 'log', afterLsn: 0, body: 'any', credit: 4, v: 1, id: 1, replyTo: REPLY_TO }
    await site.bus.publish(Topic.historianRequest, { json: follow })
    const order = { op: 'erase', request: 'r1', subject: 'anna', untilUs: site.clock.wallUs(), ...SATO }
    const { text } = await ask(site, order)
    expect(JSON.parse(text)).toMatchObject({ request: 'r1', erased: { samples: 10 }, keptCount: 0 })
    expect(site.gauge('samples_stored')).toBe(10)
  })

  it('refuses an order with every part of the reason', async () => {
    const site = await started()
    const { error } = await ask(site, { op: 'hold-lift', hold: 'none', ...SATO })
    expect(error).toMatchObject({
      code: 'GENBA_HOLD_UNKNOWN',
      message: 'there is no legal hold of this id',
      issues: [{ where: 'id', received: 'none' }],
    })
  })

  it('keeps holds over its restart', async () => {
    const site = await started()
    await ask(site, { op: 'hold-place', hold: 'case-1', scope: { tags: ['#'] }, ...SATO })
    site.kill()
    await site.start(LAW)
    const { text } = await ask(site, { op: 'holds' })
    expect(JSON.parse(text)).toMatchObject({ holds: [{ id: 'case-1', placedBy: 'A. Sato' }] })
  })
})

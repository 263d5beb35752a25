import { describe, expect, it } from 'vitest'
import type { ReplyHead } from '../../../shared/contract/historian-request.ts'
import { decodeReply, REPLY_BYTES_MAX, type Reply } from '../../../shared/contract/reply.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { createSite, type Site } from './site.ts'

const REPLY_TO = Topic.reply('test')
const ask = (site: Site, request: object) =>
  site.bus.publish(Topic.historianRequest, { json: { v: 1, id: 7, replyTo: REPLY_TO, ...request } })

function replies(site: Site): Reply[] {
  return site.bus.published.flatMap(({ topic, payload }) => {
    const reply = topic === REPLY_TO && 'bytes' in payload ? decodeReply(payload.bytes) : undefined
    return reply ? [reply] : []
  })
}

const heads = (site: Site) => replies(site).map(({ head }) => head)
const lsnsOf = (all: readonly ReplyHead[]) => all.flatMap(({ lsns }) => lsns ?? [])

/** Enough that a reply holds one frame and no second. */
const PER_FRAME = 700

/** Ten frames of values that do not pack, some kB each, with a record frame after every second. */
async function filled(): Promise<Site> {
  const site = createSite()
  await site.start()
  const samples = producerOf('p')
  const records = producerOf('q')
  for (let i = 0; i < 10; i += 1) {
    const points = Array.from(
      { length: PER_FRAME },
      (_, k) => [i * 1000 + k, Math.sin(i * 1000 + k)] as const,
    )
    await site.feed('p', samples.samples([column('line/x', points)]))
    if (i % 2 === 1) await site.feed('q', records.records(JSON.stringify({ type: 'summary', id: `s${i}` })))
  }
  await site.pass(100)
  site.bus.published.length = 0
  return site
}

describe('a log request', () => {
  it('gives whole frames with their positions, and no more pages than its credit', async () => {
    const site = await filled()
    await ask(site, { op: 'log', afterLsn: 3, body: 'any', credit: 4 })
    await site.pass(10)
    const given = replies(site)
    expect(given.map(({ head }) => [head.page, head.last, head.end])).toEqual([
      [0, false, false],
      [1, false, false],
      [2, false, false],
      [3, true, false],
    ])
    const lsns = lsnsOf(heads(site))
    expect(lsns).toEqual(lsns.map((_, i) => 4 + i))
    expect(given.at(-1)?.head).toMatchObject({ cursor: String(lsns.at(-1)), headLsn: 15 })
    for (const { head, frames } of given) {
      expect(frames).toHaveLength(head.lsns?.length ?? -1)
      for (const frame of frames) expect(() => decodeFrame(frame)).not.toThrow()
    }
  })

  it('finds the records without the samples between them', async () => {
    const site = await filled()
    await ask(site, { op: 'log', afterLsn: 0, body: 'records', credit: 4 })
    await site.pass(10)
    expect(heads(site)).toMatchObject([{ lsns: [3, 6, 9, 12, 15], end: true, last: true, cursor: '15' }])
  })

  it('is answered by an empty last page at the head', async () => {
    const site = await filled()
    await ask(site, { op: 'log', afterLsn: 15, body: 'any', credit: 4 })
    await site.pass(10)
    expect(heads(site)).toMatchObject([{ lsns: [], end: true, last: true, cursor: '15', headLsn: 15 }])
  })
})

describe('a range request', () => {
  it('goes on from its cursor where the credit ended', async () => {
    const site = await filled()
    const timesUs: number[] = []
    let cursor = ''
    for (let asked = 0; asked < 30; asked += 1) {
      site.bus.published.length = 0
      await ask(site, { op: 'range', tags: ['line/+'], fromUs: 250, toUs: 8100, cursor, credit: 2 })
      await site.pass(10)
      const given = replies(site)
      expect(given.length).toBeLessThanOrEqual(2)
      expect(given.at(-1)?.head.last).toBe(true)
      timesUs.push(...given.flatMap(({ frames }) => frames.flatMap(timesOf)))
      cursor = given.at(-1)?.head.cursor ?? ''
      if (given.at(-1)?.head.end) break
    }
    const expected = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: PER_FRAME }, (_, k) => i * 1000 + k),
    )
    expect(timesUs).toEqual(expected.flat().filter((timeUs) => timeUs >= 250 && timeUs < 8100))
  })

  it('is answered by one empty page when there is nothing', async () => {
    const site = await filled()
    await ask(site, { op: 'range', tags: ['other'], fromUs: null, toUs: null, cursor: '', credit: 2 })
    await site.pass(10)
    expect(replies(site)).toMatchObject([{ head: { end: true, last: true }, frames: [] }])
  })

  it.each([
    [{ tags: ['a#'], cursor: '' }, 'GENBA_TAG_FILTER'],
    [{ tags: [], cursor: 'x' }, 'GENBA_READ_CURSOR'],
    [{ tags: [], cursor: '99:0:0:0' }, 'GENBA_READ_CURSOR'],
  ])('is refused with a typed error for %j', async (part, code) => {
    const site = await filled()
    await ask(site, { op: 'range', fromUs: null, toUs: null, credit: 2, ...part })
    await site.pass(10)
    expect(heads(site)).toMatchObject([{ error: { code }, last: true, end: true }])
  })
})

const timesOf = (bytes: Uint8Array): number[] => {
  const frame = decodeFrame(bytes)
  return frame.body === 'samples' ? frame.columns.flatMap(({ timesUs }) => [...timesUs]) : []
}

describe('requests to the historian', () => {
  it('for tags are paged by name and bytes', async () => {
    const site = createSite()
    await site.start()
    const producer = producerOf('p')
    const names = Array.from(
      { length: 400 },
      (_, i) => `line/${String(i).padStart(4, '0')}/${'é'.repeat(40)}`,
    )
    for (const name of names)
      await site.feed(
        'p',
        producer.samples([
          column(name, [
            [5, 1],
            [9, 2],
          ]),
        ]),
      )
    await site.pass(1000)
    await ask(site, { op: 'tags', afterTag: names[9], credit: 64 })
    await site.pass(10)
    expect(heads(site).length).toBeGreaterThan(3)
    expect(heads(site).map(({ end }) => end)).toEqual(heads(site).map((_, i) => i === heads(site).length - 1))
    expect(heads(site).flatMap(({ tags }) => tags ?? [])).toEqual(
      names
        .slice(10)
        .map((tag) => ({ tag, producers: ['p'], firstTimeUs: 5, lastTimeUs: 9, sampleCount: 2 })),
    )
  })

  it('for producers name what is held of each, in the order asked, in as many pages as needed', async () => {
    const site = createSite()
    await site.start()
    const position = 'x'.repeat(1000)
    const names = Array.from({ length: 20 }, (_, i) => `producer-${i}`)
    for (const name of names)
      await site.feed(name, producerOf(name, 3).samples([column('t', [[1, 1]])], position))
    await site.pass(100)
    await ask(site, { op: 'producers', producers: ['unknown', ...names] })
    await site.pass(10)
    const states = heads(site).flatMap(({ producers }) => producers ?? [])
    expect(states.map(({ producer, epoch, sequence }) => [producer, epoch, sequence])).toEqual([
      ['unknown', -1, -1],
      ...names.map((name) => [name, 3, 0]),
    ])
    expect(states[1]).toMatchObject({ position, frameCount: 1, sampleCount: 1, recordCount: 0 })
  })

  it('that are not valid are refused with the reason where someone can be told', async () => {
    const site = await filled()
    await ask(site, { op: 'log', afterLsn: -1, body: 'any', credit: 4 })
    await ask(site, { op: 'dance' })
    await ask(site, { op: 'log', afterLsn: 0, body: 'any', credit: 4, replyTo: 'genba/v1/historian/commit' })
    await site.bus.publish(Topic.historianRequest, { bytes: Uint8Array.of(1) })
    await site.pass(10)
    expect(heads(site).map(({ error }) => error?.code)).toEqual([
      'GENBA_HISTORIAN_REQUEST',
      'GENBA_HISTORIAN_REQUEST',
    ])
    expect(heads(site)[0]?.error?.message).toContain('afterLsn')
    expect(site.bus.published.some(({ topic }) => topic === Topic.commit)).toBe(false)
    expect(site.gauge('requests_refused')).toBe(4)
  })

  it('beyond what can wait are told to come again, and the others are served in turn', async () => {
    const site = await filled()
    const ids = Array.from({ length: 100 }, (_, id) => id)
    await Promise.all(ids.map((id) => ask(site, { id, op: 'log', afterLsn: 0, body: 'any', credit: 1 })))
    await site.pass(100)
    const busy = heads(site).filter(({ error }) => error?.code === 'GENBA_HISTORIAN_BUSY')
    expect(heads(site)).toHaveLength(100)
    expect(busy.length).toBeGreaterThan(0)
    expect(busy.length).toBeLessThan(40)
  })

  it('never make a reply that does not fit into one message', async () => {
    const site = await filled()
    await ask(site, { op: 'log', afterLsn: 0, body: 'any', credit: 64 })
    await ask(site, { op: 'range', tags: [], fromUs: null, toUs: null, cursor: '', credit: 64 })
    await site.pass(10)
    const sizes = site.bus.published.map(({ payload }) => ('bytes' in payload ? payload.bytes.length : 0))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(REPLY_BYTES_MAX)
    expect(Math.max(...sizes)).toBeGreaterThan(4000)
  })

  it('skip a damaged frame, name it once, and serve the rest', async () => {
    const site = await filled()
    site.kill()
    const store = site.disk.open()
    const key = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 2)
    const frame = await store.get(key)
    frame?.set([0xff, 0xff, 0xff, 0xff], 100)
    await store.batch([{ type: 'put', key, value: frame ?? new Uint8Array() }], { sync: true })
    await store.close()
    await site.start()
    // Behind the 15 frames stands the signed head that the start has made.
    for (const body of ['any', 'samples']) {
      site.bus.published.length = 0
      await ask(site, { op: 'log', afterLsn: 0, body, credit: 64 })
      await site.pass(10)
      expect(lsnsOf(heads(site)).slice(0, 3)).toEqual(body === 'any' ? [1, 3, 4] : [1, 4, 5])
      expect(heads(site).at(-1)).toMatchObject({ end: true, cursor: '16' })
    }
    site.bus.published.length = 0
    await ask(site, { op: 'range', tags: [], fromUs: null, toUs: null, cursor: '', credit: 64 })
    await site.pass(10)
    expect(site.gauge('frames_damaged')).toBe(1)
    expect(site.warnings.filter((text) => text.includes('damaged'))).toHaveLength(1)
    expect(replies(site).flatMap(({ frames }) => frames.flatMap(timesOf))).toHaveLength(9 * PER_FRAME)
  })
})

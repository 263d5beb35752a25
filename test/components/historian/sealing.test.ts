import { describe, expect, it } from 'vitest'
import { decodeReply } from '../../../shared/contract/reply.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { createSite, type Site } from './site.ts'

const REPLY_TO = Topic.reply('test')

/** Ten samples a frame, a frame a second. */
async function fed(site: Site, frames: number): Promise<void> {
  const producer = producerOf('p', site.clock.wallUs())
  for (let i = 0; i < frames; i += 1) {
    const points = Array.from({ length: 10 }, (_, k) => [i * 10 + k, i * 10 + k] as const)
    await site.feed('p', producer.samples([column('line/x', points)]))
    await site.pass(1000)
  }
}

async function ask(site: Site, request: object) {
  site.bus.published.length = 0
  await site.bus.publish(Topic.historianRequest, { json: { v: 1, id: 7, replyTo: REPLY_TO, ...request } })
  await site.pass(10)
  const replies = site.bus.published.flatMap(({ topic, payload }) => {
    const reply = topic === REPLY_TO && 'bytes' in payload ? decodeReply(payload.bytes) : undefined
    return reply ? [reply] : []
  })
  return { heads: replies.map(({ head }) => head), frames: replies.flatMap(({ frames }) => frames) }
}

async function values(site: Site): Promise<unknown[]> {
  const request = { op: 'range', tags: [], fromUs: null, toUs: null, cursor: '', credit: 64 }
  const { frames } = await ask(site, request)
  return frames.flatMap((bytes) => {
    const frame = decodeFrame(bytes)
    return frame.body === 'samples' ? frame.columns.flatMap(({ data }) => [...data.values]) : []
  })
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('a historian', () => {
  it('seals what is old enough, and gives the same samples as before', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    await site.pass(80_000)
    expect(site.gauge('samples_sealed')).toBe(0)
    await site.pass(60_000)
    expect(site.gauge('samples_sealed')).toBe(190)
    expect(site.gauge('chunks')).toBe(1)
    expect(await values(site)).toEqual(upTo(200))
    const { heads } = await ask(site, { op: 'log', afterLsn: 0, body: 'any', credit: 4 })
    expect(heads).toMatchObject([{ lsns: [20], sealedLsn: 19, end: true }])
  })

  it('goes on sealing in its next life, and counts age from its start', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    site.kill()
    await site.start({ sealAfter: '1m' })
    await site.pass(110_000)
    expect(site.gauge('samples_sealed')).toBe(0)
    await site.pass(40_000)
    // All of them: the newest frame, which stays, is that of the head that the start has signed.
    expect(site.gauge('samples_sealed')).toBe(200)
    expect(await values(site)).toEqual(upTo(200))
  })

  it('leaves frames that somebody who follows the log has not read, for some minutes', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    await site.pass(30_000)
    await ask(site, { op: 'log', afterLsn: 12, body: 'any', credit: 1 })
    await site.pass(120_000)
    expect(site.gauge('samples_sealed')).toBe(120)
    await site.pass(600_000)
    expect(site.gauge('samples_sealed')).toBe(190)
  })

  it('seals at once what takes more room than it may', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1d', journalBytesMax: '1MiB' })
    const producer = producerOf('p')
    for (let i = 0; i < 250; i += 1) {
      const points = Array.from({ length: 600 }, (_, k) => [i * 600 + k, Math.sin(i * 600 + k)] as const)
      await site.feed('p', producer.samples([column('line/x', points)]))
      await site.pass(20)
    }
    await site.pass(20_000)
    expect(site.gauge('samples_sealed')).toBe(249 * 600)
  })

  it('says when the disk refuses, and seals once it takes writes again', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    site.faults.refusal = new StoreError('GENBA_STORE_FULL', 'no space left')
    await site.pass(150_000)
    expect(site.warnings).toContain('nothing can be sealed for now')
    expect(await values(site)).toEqual(upTo(200))
    site.faults.refusal = undefined
    await site.pass(20_000)
    expect(site.gauge('samples_sealed')).toBe(190)
    expect(await values(site)).toEqual(upTo(200))
  })
})

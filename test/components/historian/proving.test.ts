import { describe, expect, it } from 'vitest'
import { Producer } from '../../../shared/contract/producers.ts'
import { GenbaRecord } from '../../../shared/contract/records.ts'
import { decodeReply } from '../../../shared/contract/reply.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { verifyContinues } from '../../../shared/evidence/present-head.ts'
import { verifyEvidence } from '../../../shared/evidence/verify.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { signingKeyFromSeed } from '../../../shared/proof/signing-key.ts'
import { verifyTreeHead } from '../../../shared/proof/tree-head.ts'
import { createHistorianClient } from '../../../shared/reading/historian-client.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { createSite, type Site } from './site.ts'

const P = 'genba.Collector/press'
const HOUR_MS = 3_600_000
const KEY = signingKeyFromSeed(new Uint8Array(32))

/** Numbers that pack badly, so that evidence is larger than a message. */
const noise = (i: number) => Math.sin(i * i) * 1e6

async function fed(site: Site, frames: number): Promise<void> {
  const producer = producerOf(P, Math.floor(site.clock.wallUs()))
  for (let i = 0; i < frames; i += 1) {
    const points = Array.from({ length: 200 }, (_, k) => [i * 200 + k, noise(i * 200 + k)] as const)
    await site.feed(P, producer.samples([column('press/heat', points)]))
  }
  await site.pass(100)
}

/** The heads in the journal of a historian that is dead. */
async function headsIn(site: Site) {
  site.kill()
  const journal = await openJournal(site.disk.open())
  const { frames } = await journal.logPage({ afterLsn: 0, body: 'records', bytesMax: 1e6 })
  await journal.close()
  return frames.flatMap(({ bytes }) => {
    const frame = decodeFrame(bytes)
    if (frame.body !== 'records' || frame.header.producer !== Producer.heads) return []
    return frame.records.map((text) => {
      const record = GenbaRecord.parse(JSON.parse(text))
      if (record.type !== 'head') throw new Error(`a record of the type ${record.type} among the heads`)
      return record
    })
  })
}

async function clientOf(site: Site) {
  const { bus, scheduler, log } = site
  return createHistorianClient({
    bus,
    scheduler,
    log,
    identity: { component: 'c', version: '1', thing: 't' },
  })
}

/** What a promise gives while virtual time passes. */
async function passing<T>(site: Site, work: Promise<T>): Promise<T> {
  let isDone = false
  const end = work.finally(() => {
    isDone = true
  })
  end.catch(() => {})
  for (let tries = 0; tries < 500 && !isDone; tries += 1) await site.pass(20)
  return end
}

async function bytesOf(
  parts: AsyncIterable<{ readonly bytes: Uint8Array | undefined }>,
): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const { bytes } of parts) if (bytes !== undefined) all.push(bytes)
  return Buffer.concat(all)
}

describe('signed heads of the historian', () => {
  it('are made every hour, empty hours too, each by the key of the gateway', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 3)
    await site.pass(3 * HOUR_MS)
    const heads = await headsIn(site)
    // Three frames, then the frame of each head; after two hours they are sealed, which adds a chunk.
    expect(heads.map(({ head }) => head.size)).toEqual([3, 4, 6])
    expect(heads.map(({ id }) => id)).toEqual([3, 4, 6].map((size) => `head|test/historian|${size}`))
    for (const { head } of heads) expect(verifyTreeHead(head, KEY.publicKey)).toEqual({ ok: true })
  })

  it('are made at the start and at the end when something came, and not for their own frames', async () => {
    const site = createSite()
    await fed(site, 0)
    const first = await site.start()
    await fed(site, 3)
    await first.drain()
    for (let starts = 0; starts < 3; starts += 1) await (await site.start()).drain()
    const last = await site.start({ headEvery: '2h' })
    await fed(site, 2)
    await last.drain()
    expect((await headsIn(site)).map(({ head }) => head.size)).toEqual([3, 6])
  })

  it('go on after a refusal of the disk, with none lost that was kept', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 3)
    site.faults.refusal = new StoreError('GENBA_STORE_FULL', 'the disk is full')
    await site.pass(1.5 * HOUR_MS)
    expect(site.warnings).toContain('a tree head could not be kept; the next follows at its time')
    site.faults.refusal = undefined
    await site.pass(HOUR_MS)
    expect((await headsIn(site)).map(({ head }) => head.size)).toEqual([3])
    expect(site.failures).toEqual([])
  })
})

describe('a running historian', () => {
  it('gives evidence in pages, whichever of them are lost', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 40)
    let count = 0
    site.bus.loses = ({ topic }) => topic === Topic.reply('c') && ++count % 7 === 0
    const client = await clientOf(site)
    const question = { tag: 'press/heat', fromUs: 500, toUs: 7_500 }
    const bytes = await passing(site, bytesOf(client.prove(question)))
    expect(bytes.length).toBeGreaterThan(40_000)
    expect(verifyEvidence(bytes, { publicKey: KEY.publicKey })).toMatchObject({
      ok: true,
      stated: { samples: 7000 },
    })
    const pages = site.bus.published.filter(({ topic }) => topic === Topic.reply('c'))
    expect(pages.some(({ payload }) => 'bytes' in payload && decodeReply(payload.bytes)?.head.end)).toBe(true)
  })

  it('refuses evidence of a tag that it has not', async () => {
    const site = createSite()
    await site.start()
    const client = await clientOf(site)
    const asking = bytesOf(client.prove({ tag: 'nowhere', fromUs: null, toUs: null }))
    await expect(passing(site, asking)).rejects.toMatchObject({ code: 'GENBA_EVIDENCE_TAG' })
  })

  it('answers one after another who ask at the same time', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 10)
    const client = await clientOf(site)
    const ranges = [0, 500, 1000].map((fromUs) =>
      bytesOf(client.prove({ tag: 'press/heat', fromUs, toUs: fromUs + 1000 })),
    )
    const files = await passing(site, Promise.all(ranges))
    expect(files.map((bytes) => verifyEvidence(bytes).question?.fromUs)).toEqual([0, 500, 1000])
  })

  it('is verified while it goes on taking frames', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    await site.pass(150_000)
    expect(site.gauge('samples_sealed')).toBeGreaterThan(0)
    const client = await clientOf(site)
    const checking = bytesOf(client.verify())
    await fed(site, 10)
    const found = JSON.parse(Buffer.from(await passing(site, checking)).toString())
    expect(found).toMatchObject({ problems: [], problemCount: 0 })
    expect(found.samples).toBeGreaterThanOrEqual(4000)
    expect(site.gauge('samples_stored')).toBe(6000)
  })

  it('shows that its log continues an earlier head, and cannot for one of another history', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 3)
    const client = await clientOf(site)
    const earlier = await passing(site, client.head(0))
    await fed(site, 5)
    const present = await passing(site, client.head(earlier.head.size))
    expect([earlier.head.size, present.head.size]).toEqual([3, 8])
    expect(verifyContinues(earlier.head, present)).toEqual({ ok: true })
    const forged = { ...earlier.head, rootHash: 'ab'.repeat(32) }
    expect(verifyContinues(forged, present)).toMatchObject({ ok: false })
    const ahead = { ...earlier.head, size: 9 }
    expect(verifyContinues(ahead, await passing(site, client.head(9)))).toEqual({
      ok: false,
      reason: 'the log went back from 9 leaves to 8',
    })
  })
})

import { describe, expect, it } from 'vitest'
import { decodeReply } from '../../../shared/contract/reply.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { proveBackup } from '../../../shared/journal/backup/restore.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { samplesOf } from '../../shared/journal/sealed-store.ts'
import { createSite, type Site } from './site.ts'

const REPLY_TO = Topic.reply('test')

async function fed(site: Site, frames: number): Promise<void> {
  const producer = producerOf('p', site.clock.wallUs())
  for (let i = 0; i < frames; i += 1) {
    const points = Array.from({ length: 10 }, (_, k) => [i * 10 + k, i * 10 + k] as const)
    await site.feed('p', producer.samples([column('line/x', points)]))
    await site.pass(1000)
  }
}

const ask = (site: Site, directory: string, id = 7) =>
  site.bus.publish(Topic.historianRequest, {
    json: { v: 1, id, replyTo: REPLY_TO, op: 'backup', directory },
  })

/** Heads of what was answered, once the answer has ended. */
async function answered(site: Site, id = 7) {
  for (;;) {
    await site.pass(500)
    const heads = site.bus.published.flatMap(({ topic, payload }) => {
      const reply = topic === REPLY_TO && 'bytes' in payload ? decodeReply(payload.bytes) : undefined
      return reply?.head.id === id ? [reply.head] : []
    })
    if (heads.at(-1)?.end) return heads
  }
}

describe('a historian that is asked for a backup', () => {
  it('makes it beside its work and answers with what was proven', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    expect(site.askForUpdate('before').recheckAfterMs).toBe(0)
    await ask(site, '/mnt/a/store')
    expect(site.askForUpdate('meanwhile').reason).toBe('a backup is being made')
    await fed(site, 3)
    const heads = await answered(site)
    expect(heads.map(({ page }) => page)).toEqual(heads.map((_, index) => index))
    expect(heads.at(-1)).toMatchObject({
      last: true,
      backup: { report: { log: 'test/historian', samples: 200, removed: 0 } },
    })
    expect(site.askForUpdate('meanwhile').recheckAfterMs).toBe(0)
    const store = site.diskAt('/mnt/a/store').open()
    await proveBackup(store)
    expect(await samplesOf(await openJournal(store))).toHaveLength(200)
    await store.close()
    site.bus.published.length = 0
    await ask(site, '/mnt/a/store')
    expect((await answered(site)).at(-1)).toMatchObject({ backup: { report: { samples: 230 } } })
  })

  it('lets others follow the same one, and refuses another meanwhile', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 20)
    await Promise.all([
      ask(site, '/mnt/a/store', 1),
      ask(site, '/mnt/a/store', 2),
      ask(site, '/mnt/b/store', 3),
    ])
    const [one, two, three] = [await answered(site, 1), await answered(site, 2), await answered(site, 3)]
    expect(one.at(-1)?.backup).toEqual(two.at(-1)?.backup)
    expect(three.at(-1)?.error?.code).toBe('GENBA_BACKUP_RUNNING')
  })

  it('says why it cannot be made, and how to mend it, in the answer', async () => {
    const site = createSite()
    await site.start()
    await fed(site, 3)
    const store = site.diskAt('/mnt/a/store').open()
    await ask(site, '/mnt/a/store')
    expect((await answered(site)).at(-1)?.error).toMatchObject({
      code: 'GENBA_STORE_LOCKED',
      message: expect.stringContaining('close the other store first'),
    })
    await store.close()
  })

  it('goes on sealing after the backup', async () => {
    const site = createSite()
    await site.start({ sealAfter: '1m' })
    await fed(site, 20)
    await ask(site, '/mnt/a/store')
    await answered(site)
    await site.pass(150_000)
    expect(site.gauge('samples_sealed')).toBe(190)
  })
})

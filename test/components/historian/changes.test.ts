import { describe, expect, it } from 'vitest'
import type { ComponentChange } from '../../../shared/contract/changes.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { AuditRecord } from '../../../shared/law/audit-record.ts'
import { createSite, type Site } from './site.ts'

const change = (n: number, more: Partial<ComponentChange> = {}): ComponentChange => ({
  v: 1,
  component: 'genba.Uplink',
  n,
  kind: 'start',
  result: 'done',
  reason: '',
  before: { version: '1.0.0', code: 'c0', configuration: 'k0' },
  after: { version: '1.1.0', code: 'c1', configuration: 'k1' },
  keys: ['retryMax'],
  atUs: 1_699_999_999_000_000,
  monotonicUs: 77,
  bootId: 'boot',
  ...more,
})

async function tell(site: Site, told: ComponentChange, topic = Topic.changes(told.component)): Promise<void> {
  await site.bus.publish(topic, { json: told })
  await site.pass(100)
}

async function trailOf(site: Site): Promise<AuditRecord[]> {
  site.kill()
  const journal = await openJournal(site.disk.open())
  const page = await journal.logPage({ afterLsn: 0, body: 'audit', bytesMax: 1 << 20 })
  const frames = page.frames.map(({ bytes }) => decodeFrame(bytes))
  return frames.flatMap((frame) =>
    frame.body === 'records' ? frame.records.map((text) => AuditRecord.parse(JSON.parse(text))) : [],
  )
}

describe('a historian that is told of changes of components', () => {
  it('has each in its audit trail once, however often it is told, also over its own death', async () => {
    const site = createSite()
    await site.start()
    await tell(site, change(1))
    await tell(site, change(1))
    site.kill()
    await site.start()
    await tell(site, change(1))
    await tell(site, change(2, { kind: 'configuration', deployment: 'd-7' }))
    expect(await trailOf(site)).toMatchObject([
      {
        action: 'component-start',
        who: 'genba.Uplink',
        target: 'component genba.Uplink',
        result: 'done',
        before: { version: '1.0.0', configuration: 'k0' },
        after: {
          n: 1,
          version: '1.1.0',
          code: 'c1',
          configuration: 'k1',
          keys: ['retryMax'],
          monotonicUs: 77,
        },
      },
      { action: 'component-configuration', reason: 'deployment d-7', after: { n: 2 } },
    ])
  })

  it('has refusals with their reason, and nothing that is told in the name of another', async () => {
    const site = createSite()
    await site.start()
    await tell(site, change(5, { result: 'refused', after: null, reason: 'retryMax: expected a duration' }))
    await tell(site, change(6), Topic.changes('genba.Collector'))
    await site.bus.publish(Topic.changes('genba.Uplink'), {
      json: { v: 1, component: 'genba.Uplink', n: 'x' },
    })
    await site.pass(100)
    expect(await trailOf(site)).toMatchObject([
      { result: 'refused', reason: 'retryMax: expected a duration', after: { n: 5 } },
    ])
  })
})

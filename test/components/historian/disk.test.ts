import { describe, expect, it } from 'vitest'
import type { AlarmRecord } from '../../../shared/contract/records.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { AuditRecord } from '../../../shared/law/audit-record.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { createSite, type Site } from './site.ts'

const P = 'genba.Collector/press'
const DAY_US = 86_400_000_000
/** Some more than there is room for. */
const DAYS = 12
/** What other things take of the least budget that there may be. */
const OTHER_BYTES = 640 * 1024
const SMALL = { diskBytesMax: '1MiB', diskReserve: '64KiB', sealAfter: '1s' }
const DUTY = {
  lawClasses: [{ name: 'duty', keepAtLeast: '10y', residency: 'site' }],
  laws: [{ tags: ['#'], class: 'duty' }],
}

/** Days of numbers that no codec makes small: some 40 kB each, of one tag. */
class Plant {
  readonly #site: Site
  readonly #producer = producerOf(P)
  #day = 0

  constructor(site: Site) {
    this.#site = site
  }

  async day(): Promise<void> {
    this.#day += 1
    const startUs = this.#site.clock.wallUs() + this.#day * DAY_US
    for (let part = 0; part < 10; part += 1) {
      const points = Array.from({ length: 500 }, (_, i) => {
        const at = part * 500 + i
        return [startUs + at * 100_000, Math.sin(at * 7.7 + this.#day) * 1e6] as const
      })
      await this.#site.feed(P, this.#producer.samples([column('press/force', points)]))
    }
  }
}

/** What the historian has written of its own, read by somebody else once it is dead. */
async function ownRecords(site: Site) {
  site.kill()
  const store = site.disk.open()
  const journal = await openJournal(store)
  const read = async (body: 'audit' | 'records') => {
    const { frames } = await journal.logPage({ afterLsn: 0, body, bytesMax: 1e9 })
    return frames.flatMap(({ bytes }) => {
      const frame = decodeFrame(bytes)
      return frame.body === 'records' ? frame.records.map((text) => JSON.parse(text) as unknown) : []
    })
  }
  const audit = (await read('audit')).map((each) => AuditRecord.parse(each))
  const alarms = (await read('records')).filter((each) => (each as AlarmRecord).type === 'alarm')
  return { journal, store, audit, alarms: alarms as AlarmRecord[] }
}

const refusals = (site: Site) => site.commits().map(({ refusal }) => refusal?.of)

describe('a store with a budget on its disk', () => {
  it('makes room for what comes, and keeps rollups of what went', async () => {
    const site = createSite()
    await site.start(SMALL)
    site.faults.otherBytes = OTHER_BYTES
    const plant = new Plant(site)
    for (let day = 0; day < DAYS; day += 1) {
      await plant.day()
      await site.pass(60_000)
      expect(site.disk.sizeBytes()).toBeLessThan(1_048_576 - OTHER_BYTES)
    }
    expect(site.failures).toEqual([])
    expect(refusals(site).filter((of) => of !== undefined)).toEqual([])
    expect(site.gauge('disk_level')).toBeGreaterThan(0)
    const { journal, store, audit, alarms } = await ownRecords(site)
    expect((await verifyJournal(store)).problems).toEqual([])
    expect(audit.filter(({ action }) => action === 'reduce').length).toBeGreaterThan(0)
    expect(alarms[0]).toMatchObject({ rule: 'genba/disk', state: 'raised', severity: 'warning' })
    const query = { tags: [], fromUs: null, toUs: null, cursor: '', everySample: false }
    for await (const { value } of journal.reads.statistics(query)) {
      expect(value.count).toBe(DAYS * 5000)
      expect(value.reduced?.count).toBeGreaterThan(3 * 5000)
    }
  })

  it('takes no more once only data under a duty is left, says why, and goes on when there is room', async () => {
    const site = createSite()
    await site.start({ ...SMALL, ...DUTY })
    site.faults.otherBytes = OTHER_BYTES
    const plant = new Plant(site)
    for (let day = 0; day < 30 && site.gauge('intake_refused') !== 1; day += 1) {
      await plant.day()
      await site.pass(60_000)
    }
    expect(site.gauge('intake_refused')).toBe(1)
    const last = site.commits().at(-1)
    expect(last?.refusal?.of).toBe('all')
    expect(last?.refusal?.reason).toContain('only data under a duty or a hold is left')

    const stored = site.gauge('samples_stored')
    site.bus.published.length = 0
    const late = producerOf('genba.Collector/late')
    const frame = late.samples([column('press/force', [[1, 1]])])
    await site.feed('genba.Collector/late', frame)
    await site.pass(20_000)
    expect(site.gauge('samples_stored')).toBe(stored)
    const held = site.commits().filter(({ producers }) => producers.includes('genba.Collector/late'))
    expect(held.map(({ held: [first] }) => first)).toEqual([[0, -1, -1]])

    // Somebody gives the disk more room, or takes other things from it.
    site.faults.otherBytes = 0
    await site.pass(60_000)
    expect(site.gauge('intake_refused')).toBe(0)
    expect(site.commits().at(-1)?.refusal).toBeUndefined()
    await site.feed('genba.Collector/late', frame)
    await site.pass(1000)
    expect(site.gauge('samples_stored')).toBe((stored ?? 0) + 1)
    const { store, audit, alarms } = await ownRecords(site)
    expect((await verifyJournal(store)).problems).toEqual([])
    const actions = audit.map(({ action }) => action)
    expect(actions.filter((action) => action.startsWith('intake'))).toEqual(['intake-stop', 'intake-go-on'])
    expect(actions).not.toContain('drop')
    expect(alarms.map(({ state, severity }) => `${state} ${severity}`)).toEqual([
      'raised warning',
      'updated critical',
      'cleared critical',
    ])
  })

  it('says the same of a disk that is really full, acknowledges nothing, and goes on by itself', async () => {
    const site = createSite()
    await site.start()
    site.faults.refusal = new StoreError('GENBA_STORE_FULL', 'no space left')
    await new Plant(site).day()
    await site.pass(60_000)
    expect(site.failures).toEqual([])
    expect(new Set(refusals(site).slice(-5))).toEqual(new Set(['all']))
    expect(site.commits().every(({ frames }) => frames.length === 0)).toBe(true)
    site.faults.refusal = undefined
    await site.pass(60_000)
    expect(site.gauge('samples_stored')).toBe(5000)
    expect(refusals(site).at(-1)).toBeUndefined()
    const { audit, alarms } = await ownRecords(site)
    expect(audit.map(({ action }) => action)).toEqual(['intake-stop', 'intake-go-on'])
    expect(audit[0]?.reason).toContain('the disk is full')
    expect(alarms).toEqual([])
  })

  it('waits for room where even its store cannot be opened', async () => {
    const site = createSite()
    site.faults.opening = new StoreError('GENBA_STORE_FULL', 'no space left')
    const starting = site.start()
    await site.pass(60_000)
    site.faults.opening = undefined
    await site.pass(15_000)
    await starting
    await new Plant(site).day()
    await site.pass(1000)
    expect(site.gauge('samples_stored')).toBe(5000)
  })
})

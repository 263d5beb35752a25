import { describe, expect, it } from 'vitest'
import { Topic } from '../../../shared/contract/topics.ts'
import { createHistorianClient } from '../../../shared/reading/historian-client.ts'
import { createSite, type Site } from '../../components/historian/site.ts'
import { column, producerOf } from '../journal/frames.ts'

const FRAMES = 60
const PER_FRAME = 700

async function filled() {
  const site = createSite()
  await site.start()
  const samples = producerOf('p', 4)
  for (let i = 0; i < FRAMES; i += 1) {
    const points = Array.from(
      { length: PER_FRAME },
      (_, k) => [i * 1000 + k, Math.sin(i * 1000 + k)] as const,
    )
    await site.feed('p', samples.samples([column('line/x', points)], `at ${i}`))
  }
  await site.pass(1000)
  const client = await createHistorianClient({
    bus: site.bus,
    identity: { component: 'genba.Reader', version: '1', thing: 'test' },
    scheduler: site.scheduler,
    log: site.log,
  })
  return { site, client }
}

/** Lets virtual time pass until the work is done. */
async function during<T>(site: Site, work: Promise<T>): Promise<T> {
  let isDone = false
  const noted = work.finally(() => {
    isDone = true
  })
  noted.catch(() => {})
  for (let seconds = 0; !isDone && seconds < 3600; seconds += 1) await site.pass(1000)
  expect(isDone).toBe(true)
  return noted
}

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of all) items.push(item)
  return items
}

const isReply = ({ topic }: { topic: string }) => topic === Topic.reply('genba.Reader')
const isRequest = ({ topic }: { topic: string }) => topic === Topic.historianRequest
const everyLsn = Array.from({ length: FRAMES }, (_, i) => i + 1)
const everyTime = Array.from({ length: FRAMES }, (_, i) =>
  Array.from({ length: PER_FRAME }, (_, k) => i * 1000 + k),
).flat()

describe('a client of the historian', () => {
  it('reads the whole log in order through many requests', async () => {
    const { site, client } = await filled()
    const parts = await during(site, collect(client.log({ afterLsn: 0, body: 'any' })))
    expect(parts.flatMap(({ frames }) => frames.map(({ lsn }) => lsn))).toEqual(everyLsn)
    expect(parts.at(-1)).toMatchObject({ readLsn: FRAMES, headLsn: FRAMES })
    expect(site.bus.published.filter(isRequest).length).toBeGreaterThan(3)
  })

  it('reads a range sorted and whole', async () => {
    const { site, client } = await filled()
    const frames = await during(site, collect(client.range({ tags: ['line/#'], fromUs: 500, toUs: 30_000 })))
    expect(frames.flatMap(({ columns }) => columns.flatMap(({ timesUs }) => [...timesUs]))).toEqual(
      everyTime.filter((timeUs) => timeUs >= 500 && timeUs < 30_000),
    )
  })

  it('lists tags and producers', async () => {
    const { site, client } = await filled()
    const [tags] = await during(site, collect(client.tags()))
    expect(tags).toEqual([
      {
        tag: 'line/x',
        producers: ['p'],
        firstTimeUs: 0,
        lastTimeUs: 59_699,
        sampleCount: FRAMES * PER_FRAME,
      },
    ])
    const names = ['unknown', ...Array.from({ length: 300 }, (_, i) => `none-${i}`), 'p']
    const states = await during(site, client.producers(names))
    expect(states.map(({ producer }) => producer)).toEqual(names)
    expect(states.at(-1)).toMatchObject({ epoch: 4, sequence: FRAMES - 1, position: `at ${FRAMES - 1}` })
  })

  it('asks again from the page before when any message is lost, and gives every frame once', async () => {
    const { site, client } = await filled()
    let count = 0
    // About one message of seven is lost, in either direction and without a pattern.
    site.bus.loses = (message) => {
      if (!isReply(message) && !isRequest(message)) return false
      count += 1
      return ((count * 2_654_435_761) >>> 8) % 7 === 0
    }
    const [parts, frames, states] = await during(
      site,
      Promise.all([
        collect(client.log({ afterLsn: 0, body: 'samples' })),
        collect(client.range({ tags: [] })),
        client.producers(['p']),
      ]),
    )
    expect(parts.flatMap(({ frames }) => frames.map(({ lsn }) => lsn))).toEqual(everyLsn)
    expect(frames.flatMap(({ columns }) => columns.flatMap(({ timesUs }) => [...timesUs]))).toEqual(everyTime)
    expect(states).toMatchObject([{ sequence: FRAMES - 1 }])
  })

  it('waits through a dead historian and a nucleus that is away', async () => {
    const { site, client } = await filled()
    site.kill()
    const states = client.producers(['p'])
    states.catch(() => {})
    await site.pass(60_000)
    site.bus.isAway = true
    await site.pass(60_000)
    site.bus.isAway = false
    // With back-off: some tries a minute, not thousands.
    expect(site.bus.published.filter(isRequest).length).toBeLessThan(20)
    await site.start()
    expect(await during(site, states)).toMatchObject([{ sequence: FRAMES - 1 }])
  })

  it('asks at once when it hears that the historian is back, waiting for a page or between two tries', async () => {
    for (const awayMs of [1000, 5050, 60_000]) {
      const { site, client } = await filled()
      let answered = 0
      site.kill()
      const states = client.producers(['p']).finally(() => {
        answered += 1
      })
      await site.pass(awayMs)
      await site.start()
      for (const { boot } of site.commits().slice(-1)) client.noteBoot(boot)
      await site.pass(50)
      expect(answered).toBe(1)
      expect(await states).toMatchObject([{ sequence: FRAMES - 1 }])
    }
  })

  it('goes on from the last page when it hears of another historian in the middle of an answer', async () => {
    const { site, client } = await filled()
    await site.pass(10)
    let boot = 0
    site.bus.loses = (message) => {
      if (isReply(message) && boot < 5) client.noteBoot(++boot)
      return false
    }
    const parts = await during(site, collect(client.log({ afterLsn: 0, body: 'any' })))
    expect(parts.flatMap(({ frames }) => frames.map(({ lsn }) => lsn))).toEqual(everyLsn)
    expect(boot).toBe(5)
  })

  it('gives up at once when its signal is aborted, waiting for a page or between two tries', async () => {
    for (const afterMs of [1000, 5050]) {
      const { site, client } = await filled()
      site.kill()
      const abort = new AbortController()
      const asked = client.producers(['p'], abort.signal)
      asked.catch(() => {})
      await site.pass(afterMs)
      abort.abort(new Error('stopped'))
      await expect(asked).rejects.toThrow('stopped')
    }
  })

  it('raises what the historian refuses as a typed error', async () => {
    const { site, client } = await filled()
    const refused = during(site, collect(client.range({ tags: ['a#b'] })))
    await expect(refused).rejects.toMatchObject({ name: 'ReadError', code: 'GENBA_TAG_FILTER' })
  })

  it('takes pages at the pace of its reader', async () => {
    const { site, client } = await filled()
    const reading = client.log({ afterLsn: 0, body: 'any' })[Symbol.asyncIterator]()
    await during(site, reading.next())
    await site.pass(60_000)
    expect(site.bus.published.filter(isReply)).toHaveLength(16)
    await reading.return?.()
  })

  it('does not take an answer to a process before it for its own', async () => {
    const { site, client } = await filled()
    site.kill()
    const asked = client.producers(['p'])
    asked.catch(() => {})
    await site.pass(10)
    const request = site.bus.published.findLast(isRequest)
    await site.pass(10)
    const later = await createHistorianClient({
      bus: site.bus,
      identity: { component: 'genba.Reader', version: '1', thing: 'test' },
      scheduler: site.scheduler,
      log: site.log,
    })
    const own = later.producers(['p'])
    own.catch(() => {})
    await site.pass(10)
    const ids = [request, site.bus.published.findLast(isRequest)].map((message) =>
      message && 'json' in message.payload ? message.payload.json['id'] : undefined,
    )
    expect(new Set(ids).size).toBe(2)
  })

  it('reads figures, gaps, last values and pictures through many pages, also when some are lost', async () => {
    const { site, client } = await filled()
    const journalTimes = { fromUs: 250, toUs: 59_650 }
    const everyTag = { tags: [], ...journalTimes }
    let count = 0
    site.bus.loses = (message) => isReply(message) && ++count % 7 === 3
    const cells = await during(site, collect(client.cells({ ...everyTag, widthUs: 100 })))
    const times = everyTime.filter((timeUs) => timeUs >= 250 && timeUs < 59_650)
    const starts = [...new Set(times.map((timeUs) => Math.floor(timeUs / 100) * 100))]
    expect(cells.map(({ startUs }) => startUs)).toEqual(starts)
    expect(cells.reduce((sum, cell) => sum + cell.count, 0)).toBe(times.length)
    const gaps = await during(site, collect(client.gaps({ ...everyTag, longerThanUs: 200 })))
    expect(gaps).toHaveLength(FRAMES - 1)
    expect(gaps[0]).toEqual({ tag: 'line/x', fromUs: PER_FRAME - 1, toUs: 1000 })
    const [statistics] = await during(site, collect(client.statistics({ ...everyTag, everySample: true })))
    expect(statistics).toMatchObject({ tag: 'line/x', count: times.length, everySample: { uncertain: 0 } })
    const last = await during(site, collect(client.last(everyTag)))
    expect(last.flatMap(({ columns }) => columns.map(({ timesUs }) => [...timesUs]))).toEqual([[59_649]])
    for (const method of ['m4', 'lttb'] as const) {
      const frames = await during(site, collect(client.picture({ ...everyTag, pointsMax: 2000, method })))
      const points = frames.flatMap(({ columns }) => columns.flatMap(({ timesUs }) => [...timesUs]))
      expect(points.length).toBeGreaterThan(1000)
      expect(points.length).toBeLessThanOrEqual(2000)
      expect(points).toEqual([...points].sort((a, b) => a - b))
    }
    expect(count).toBeGreaterThan(20)
  })

  it('says clearly when the historian is too old for what is asked', async () => {
    const { site, client } = await filled()
    const { publish } = site.bus
    site.bus.publish = (topic, payload) => {
      const isNew = isRequest({ topic }) && 'json' in payload
      return publish(topic, isNew ? { json: { ...Object(payload.json), op: 'unheard-of' } } : payload)
    }
    const asked = during(site, collect(client.last({ tags: [] })))
    await expect(asked).rejects.toMatchObject({
      code: 'GENBA_HISTORIAN_TOO_OLD',
      message: expect.stringContaining('update genba.Historian'),
    })
  })
})

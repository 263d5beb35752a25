import { describe, expect, it } from 'vitest'
import { Producer } from '../../../shared/contract/producers.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { createSite, type Site } from './site.ts'

const P = 'genba.Collector/press'
const points = (first: number, count = 3) => Array.from({ length: count }, (_, i) => [first + i, i] as const)
const frames = (count: number, epoch = 1) => {
  const producer = producerOf(P, epoch)
  return Array.from({ length: count }, (_, i) =>
    producer.samples([column('press/temperature', points(i * 10))], `{"row":${i}}`),
  )
}
/** What the commit messages say is newly durable: [epoch, sequence]. */
const committed = (site: Site) =>
  site.commits().flatMap((commit) => commit.frames.map(([, epoch, sequence]) => [epoch, sequence]))
const lastHeld = (site: Site) =>
  site
    .commits()
    .at(-1)
    ?.held.map(([, epoch, sequence]) => [epoch, sequence])
const full = () => new StoreError('GENBA_STORE_FULL', 'no space left', { issues: [{ mend: 'free some' }] })

describe('the historian acknowledges', () => {
  it('many frames by one write and one message, after the commit interval', async () => {
    const site = createSite()
    await site.start({ commitInterval: '20ms' })
    await site.feed(P, ...frames(5))
    await site.pass(19)
    expect(site.faults.batchCount).toBe(0)
    await site.pass(2)
    expect(site.faults.batchCount).toBe(1)
    expect(committed(site)).toEqual([0, 1, 2, 3, 4].map((sequence) => [1, sequence]))
    expect(site.commits().at(-1)).toMatchObject({ producers: [P], firstLsn: 1, held: [[0, 1, 4]] })
  })

  it('without waiting once a batch is full', async () => {
    const site = createSite()
    await site.start({ commitInterval: '10s', batchFramesMax: 4 })
    await site.feed(P, ...frames(8))
    await site.pass(1)
    expect(committed(site)).toHaveLength(8)
  })

  it('nothing while the write is under way', async () => {
    const site = createSite()
    await site.start()
    let release = () => {}
    site.faults.held = new Promise((resolve) => {
      release = resolve
    })
    await site.feed(P, ...frames(3))
    await site.pass(10_000)
    expect(site.faults.batchCount).toBe(1)
    expect(committed(site)).toEqual([])
    release()
    await site.pass(1)
    expect(committed(site)).toHaveLength(3)
  })

  it('nothing that the disk refused, keeps it, warns once, and goes on when the disk does', async () => {
    const site = createSite()
    await site.start()
    site.faults.refusal = full()
    await site.feed(P, ...frames(3))
    await site.pass(60_000)
    expect(committed(site)).toEqual([])
    expect(site.gauge('write_refused')).toBe(1)
    expect(site.queue()?.depth).toBe(3)
    expect(site.warnings.filter((text) => text.includes('not acknowledged'))).toHaveLength(1)
    // A try each 10 s in the end, not a storm of them.
    expect(site.faults.batchCount).toBeLessThan(15)
    site.faults.refusal = undefined
    await site.pass(10_000)
    expect(committed(site)).toHaveLength(3)
    expect(site.gauge('write_refused')).toBe(0)
    expect(site.queue()?.depth).toBe(0)
  })

  it('a frame that it has already, so that a lost message is made good', async () => {
    const site = createSite()
    await site.start()
    const sent = frames(3)
    site.bus.loses = ({ topic }) => topic.endsWith('commit')
    await site.feed(P, ...sent)
    await site.pass(100)
    site.bus.loses = () => false
    site.bus.published.length = 0
    await site.feed(P, ...sent.slice(1))
    await site.pass(100)
    expect(committed(site)).toEqual([])
    expect(lastHeld(site)).toEqual([[1, 2]])
    expect(site.gauge('duplicate_samples')).toBe(6)
    expect(site.gauge('samples_stored')).toBe(9)
  })

  it('what is held before a gap, and nothing behind it', async () => {
    const site = createSite()
    await site.start()
    const sent = frames(4)
    await site.feed(P, ...sent.slice(0, 1), ...sent.slice(2))
    await site.pass(100)
    expect(committed(site)).toEqual([[1, 0]])
    // The gap has a message of its own: beside a new frame it would look like an acknowledgement in flight.
    expect(site.commits().at(-1)).toMatchObject({ frames: [], held: [[0, 1, 0]], firstLsn: 2 })
    await site.feed(P, ...sent.slice(1))
    await site.pass(100)
    expect(lastHeld(site)).toEqual([[1, 3]])
  })

  it('that nothing is held of a producer whose first frame is missing', async () => {
    const site = createSite()
    await site.start()
    await site.feed(P, ...frames(2).slice(1))
    await site.pass(100)
    expect(lastHeld(site)).toEqual([[-1, -1]])
  })

  it('in messages that each fit the bus, however many producers and frames there are', async () => {
    const site = createSite()
    await site.start({ commitInterval: '1s', batchFramesMax: 1000 })
    const names = Array.from(
      { length: 300 },
      (_, i) => `genba.Collector/${'a long name '.repeat(8).trim().replaceAll(' ', '-')}-${i}`,
    )
    for (const name of names) {
      const producer = producerOf(name)
      await site.feed(
        name,
        producer.samples([column('t', points(0))]),
        producer.samples([column('t', points(9))]),
      )
    }
    await site.pass(5000)
    const commits = site.commits().filter(({ frames }) => frames.length > 0)
    expect(commits.length).toBeGreaterThan(1)
    const said = commits.flatMap(({ producers, frames, firstLsn }) =>
      frames.map(([index, , sequence], i) => [firstLsn + i, producers[index], sequence]),
    )
    expect(said).toEqual(
      names.flatMap((name, i) => [
        [2 * i + 1, name, 0],
        [2 * i + 2, name, 1],
      ]),
    )
  })
})

describe('the historian', () => {
  it('never touches the disk while nothing comes in', async () => {
    const site = createSite()
    await site.start()
    await site.pass(3_600_000)
    expect(site.faults.batchCount).toBe(0)
  })

  it('drops what its intake has no room for, counts it, and tells the producer what is held', async () => {
    const site = createSite()
    await site.start({ intakeBytesMax: '64KiB', commitInterval: '100ms', batchFramesMax: 1000 })
    const producer = producerOf(P)
    const noise = (seed: number) =>
      Array.from({ length: 350 }, (_, i) => [i, Math.sin(seed * 1000 + i)] as const)
    const sent = Array.from({ length: 40 }, (_, i) => producer.samples([column('t', noise(i))]))
    await site.feed(P, ...sent)
    const dropped = site.gauge('frames_dropped') ?? 0
    expect(dropped).toBeGreaterThan(0)
    expect(site.queue()?.bytes).toBeLessThanOrEqual(65_536)
    await site.pass(200)
    expect(committed(site)).toHaveLength(40 - dropped)
    expect(lastHeld(site)).toEqual([[1, 39 - dropped]])
    // As a producer does: what is not held is sent again, until all of it is.
    for (let round = 0; round < 3; round += 1) {
      await site.feed(P, ...sent.slice(committed(site).length))
      await site.pass(200)
    }
    expect(lastHeld(site)).toEqual([[1, 39]])
  })

  it('refuses bytes that are no frame, names the reason, and stores the rest', async () => {
    const site = createSite()
    await site.start()
    const [first = new Uint8Array(), second = new Uint8Array()] = frames(2)
    const broken = second.slice()
    broken[20] = (broken[20] ?? 0) ^ 1
    await site.feed(P, first, broken, Uint8Array.of(1, 2, 3), new Uint8Array(6800), second)
    await site.pass(100)
    expect(committed(site)).toHaveLength(2)
    expect(site.gauge('frames_corrupt')).toBe(3)
    expect(site.warnings).toContainEqual(expect.stringContaining('CRC'))
  })

  it('keeps what it holds of producers and its figures over kill -9, and says so when it is back', async () => {
    const site = createSite()
    await site.start()
    await site.feed(P, ...frames(4))
    await site.pass(100)
    const figures = ['head_lsn', 'samples_stored', 'store_bytes'].map((name) => site.gauge(name))
    site.kill()
    site.bus.published.length = 0
    await site.start()
    // The start adds a frame with a signed head of the log that it has found.
    expect(['head_lsn', 'samples_stored'].map((name) => site.gauge(name))).toEqual([5, 12])
    expect(site.gauge('store_bytes')).toBeGreaterThan(figures[2] ?? Infinity)
    expect(figures.slice(0, 2)).toEqual([4, 12])
    expect(site.commits()).toMatchObject([
      { producers: [P], frames: [], held: [[0, 1, 3]], firstLsn: 5 },
      { producers: [Producer.heads], firstLsn: 5 },
    ])
    await site.feed(P, ...frames(2, 2))
    await site.pass(100)
    expect(site.commits().at(-1)).toMatchObject({ firstLsn: 6, held: [[0, 2, 1]] })
  })

  it('has all or nothing of a batch in which it was killed, and acknowledged none of it', async () => {
    for (const reachesDisk of [true, false]) {
      const site = createSite()
      await site.start()
      let release = () => {}
      site.faults.held = new Promise((resolve) => {
        release = resolve
      })
      await site.feed(P, ...frames(3))
      await site.pass(100)
      if (reachesDisk) release()
      site.kill()
      await site.pass(100)
      expect(committed(site)).toEqual([])
      site.faults.held = undefined
      await site.start()
      await site.feed(P, ...frames(3))
      await site.pass(100)
      expect(lastHeld(site)).toEqual([[1, 2]])
      expect(site.gauge('samples_stored')).toBe(9)
    }
  })

  it('writes what waits before it stops', async () => {
    const site = createSite()
    const running = await site.start({ commitInterval: '10s', batchFramesMax: 2 })
    await site.feed(P, ...frames(5))
    await running.drain()
    const written = site.commits().filter(({ producers }) => producers.includes(P))
    expect(written.flatMap((commit) => commit.frames)).toHaveLength(5)
    await site.start()
    // With the frame of the signed head that the stop has made, and none of the start: nothing came since.
    expect(site.gauge('head_lsn')).toBe(6)
  })

  it('stops within its own time while the disk refuses, with nothing acknowledged', async () => {
    const site = createSite()
    const running = await site.start()
    site.faults.refusal = full()
    await site.feed(P, ...frames(5))
    await running.drain()
    expect(committed(site)).toEqual([])
  })

  it('stores while the nucleus takes no commit messages, and answers when frames come again', async () => {
    const site = createSite()
    await site.start()
    await site.feed(P, ...frames(3))
    site.bus.isAway = true
    await site.pass(100)
    expect(site.gauge('head_lsn')).toBe(3)
    site.bus.isAway = false
    await site.feed(P, ...frames(3))
    await site.pass(100)
    expect(lastHeld(site)).toEqual([[1, 2]])
  })

  it('counts a summary once that came twice, and keeps both in the log', async () => {
    const site = createSite()
    await site.start()
    const producer = producerOf('genba.Processor')
    const summary = (id: string) => JSON.stringify({ v: 1, type: 'summary', id })
    const alarm = JSON.stringify({ v: 1, type: 'alarm', id: 'hot|t|1|raised' })
    await site.feed('genba.Processor', producer.records(summary('a'), summary('b'), alarm))
    await site.pass(100)
    await site.feed('genba.Processor', producer.records(summary('b'), summary('c'), summary('c'), 'no json'))
    await site.pass(100)
    expect(site.gauge('summaries_stored')).toBe(3)
    expect(site.gauge('records_stored')).toBe(7)
  })
})

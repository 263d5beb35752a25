import { describe, expect, it } from 'vitest'
import { openOnoffDriver } from '../../../components/collector/gpio/onoff-driver.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { START_US } from '../../shared/source/source-contract.ts'
import { createCollectorWorld, createHandMachine, numberColumn } from './collector-world.ts'

const SECOND_US = 1_000_000
const GAP = Quality.uncertain | Quality.gapBefore
const csv = (more: object = {}) => ({ type: 'csv', name: 'file', path: 'line.csv', ...more })
const plugin = (more: object = {}) => ({ type: 'plugin', name: 'press', module: 'press.mjs', ...more })
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

function lines(count: number): string {
  const row = (index: number) =>
    `${new Date(Date.UTC(2025, 0, 1, 0, index)).toISOString().slice(0, 19)},${index}`
  return `time,value\n${upTo(count).map(row).join('\n')}\n`
}

const sentTags = ({ historian }: ReturnType<typeof createCollectorWorld>) =>
  historian.log.flatMap((frame) => (frame.body === 'samples' ? frame.columns.map(({ tag }) => tag) : []))

describe('the collector', () => {
  it('reads a file to its end and says so in its figures', async () => {
    const world = createCollectorWorld({ files: { 'line.csv': `${lines(2000)}broken\n` } })
    const process = world.start({ sources: [csv()] })
    await world.run(5000)
    expect(world.historian.valuesOf('genba.Collector/file')).toEqual(upTo(2000))
    expect(world.historian.log.at(-1)?.header.completeBeforeUs).toBe(Infinity)
    const figures = await process.figures()
    expect(figures).toMatchObject({
      genba_collector_samples_read: 2000,
      genba_collector_lines_rejected: 1,
      genba_collector_sources_open: 0,
      genba_collector_sources_finished: 1,
      genba_collector_samples_shed: 0,
    })
    expect(figures['genba_collector_raw_json_bytes']).toBeGreaterThan(2000 * 60)
    expect(process.outbox().depth).toBe(0)
  })

  it('is killed at any time and goes on exactly where the historian is, with exact counters', async () => {
    const world = createCollectorWorld({
      files: { 'line.csv': `${lines(1500)}broken\n${lines(1500).slice(11)}` },
    })
    const config = { sources: [csv({ speed: 30_000 })], frame: { maxBytes: 2048 } }
    let process = world.start(config)
    for (const ms of [130, 977, 41, 402, 640]) {
      await world.run(ms)
      process.kill()
      process = world.start(config)
    }
    await world.run(30_000)
    expect(world.historian.valuesOf('genba.Collector/file')).toEqual([...upTo(1500), ...upTo(1500)])
    expect(await process.figures()).toMatchObject({
      genba_collector_samples_read: 3000,
      genba_collector_lines_rejected: 1,
      genba_collector_sources_finished: 1,
    })
  })

  it('lets a source that cannot work fail alone, names it, and takes it up when it is mended', async () => {
    // The package is loaded in real time; the clock of this test is another one.
    await openOnoffDriver().catch(() => undefined)
    const world = createCollectorWorld({ files: { 'line.csv': lines(10) } })
    const process = world.start({
      sources: [
        csv(),
        csv({ name: 'later', path: 'later.csv' }),
        plugin(),
        { type: 'gpio', name: 'door', pins: [{ line: 1, tag: 'door' }] },
      ],
    })
    await world.run(10_000)
    expect(world.historian.valuesOf('genba.Collector/file')).toEqual(upTo(10))
    const failed = process.logged.filter(({ message }) => message.includes('a source failed'))
    expect(new Set(failed.map(({ fields }) => fields['code']))).toEqual(
      new Set(['GENBA_FILE_UNREADABLE', 'GENBA_SOURCE_PLUGIN', 'GENBA_GPIO_UNAVAILABLE']),
    )
    expect(await process.figures()).toMatchObject({ genba_collector_sources_failed: 3 })
    world.files['later.csv'] = lines(5)
    process.configure({ sources: [csv(), csv({ name: 'later', path: 'later.csv', priority: 1 })] })
    await world.run(120_000)
    expect(world.historian.valuesOf('genba.Collector/later')).toEqual(upTo(5))
  })

  it('keeps unchanged sources running when the configuration changes, and retires those that are gone', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({
      files: { 'line.csv': lines(5) },
      modules: { 'press.mjs': press.module },
    })
    const process = world.start({ sources: [csv(), plugin()] })
    await world.run(1000)
    press.give([numberColumn('t', [[START_US, 1]])], START_US + 1)
    await world.run(1000)
    process.configure({ sources: [plugin()] })
    await world.run(1000)
    press.give([numberColumn('t', [[START_US + 1, 2]])], START_US + 2)
    await world.run(1000)
    const ofPress = world.historian.log.filter(({ header }) => header.producer.endsWith('press'))
    expect(new Set(ofPress.map(({ header }) => header.epoch)).size).toBe(1)
    expect(world.historian.valuesOf('genba.Collector/press')).toEqual([1, 2])
    process.configure({ sources: [] })
    await world.run(2000)
    expect(world.historian.log.at(-1)?.header).toMatchObject({
      producer: 'genba.Collector/press',
      completeBeforeUs: Infinity,
    })
  })

  it('marks the first sample of each tag after a restart, and none at the very first start', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    const config = { sources: [plugin()] }
    let process = world.start(config)
    await world.run(500)
    press.give(
      [
        numberColumn('t', [
          [START_US, 1],
          [START_US + 1, 2],
        ]),
      ],
      START_US + 2,
    )
    await world.run(500)
    process.kill()
    process = world.start(config)
    await world.run(500)
    press.give(
      [
        numberColumn('t', [
          [START_US + 5, 3],
          [START_US + 6, 4],
        ]),
      ],
      START_US + 7,
    )
    press.give([numberColumn('t', [[START_US + 7, 5]])], START_US + 8)
    await world.run(500)
    const qualities = world.historian.log.flatMap((frame) =>
      frame.body === 'samples' ? frame.columns.flatMap(({ quality }) => [...quality]) : [],
    )
    expect(qualities).toEqual([0, 0, GAP, 0, 0])
    process.kill()
  })

  it('quarantines live samples ahead of the wall clock, whatever the machine says of its watermark', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    world.start({ sources: [plugin()] })
    await world.run(500)
    const yearsAheadUs = START_US + 3e14
    press.give(
      [
        numberColumn('t', [
          [START_US, 1],
          [yearsAheadUs, 2],
        ]),
      ],
      yearsAheadUs,
    )
    await world.run(500)
    press.give([numberColumn('t', [[START_US + 1, 3]])], START_US + 2)
    await world.run(500)
    const frames = world.historian.log.filter(({ body }) => body === 'samples')
    expect(frames.map(({ header }) => header.completeBeforeUs)).toEqual([-Infinity, START_US + 2])
    expect(frames[0]?.body === 'samples' && frames[0].columns[0]?.quality).toEqual(
      Uint8Array.of(0, Quality.uncertain | Quality.quarantined),
    )
  })

  it('says at each heartbeat how far an idle machine is complete', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    world.start({ sources: [plugin()], live: { heartbeat: '2s' } })
    await world.run(100)
    for (const second of upTo(20)) {
      press.give([], START_US + second * SECOND_US)
      await world.run(1000)
    }
    const said = world.historian.log.map(({ header }) => (header.completeBeforeUs - START_US) / SECOND_US)
    expect(said.length).toBeGreaterThanOrEqual(8)
    expect(said.length).toBeLessThanOrEqual(10)
    expect(said).toEqual([...said].sort((a, b) => a - b))
  })

  it('sends a frame with an urgent tag as soon as it is told, and others when they are old enough', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    const frame = { maxAge: '1s', urgent: [{ tags: ['press/+'], maxAge: '10ms' }] }
    world.start({ sources: [plugin()], frame })
    await world.run(100)
    press.give([numberColumn('oven/temperature', [[START_US, 20]])], START_US)
    await world.run(500)
    expect(sentTags(world)).toEqual([])
    press.give([numberColumn('press/temperature', [[START_US + 500_000, 80]])], START_US + 500_000)
    await world.run(5)
    expect(sentTags(world)).toEqual([])
    await world.run(100)
    expect(sentTags(world)).toEqual(['oven/temperature', 'press/temperature'])
  })

  it('marks a gap when a machine fails and comes back', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    const process = world.start({ sources: [plugin()] })
    await world.run(500)
    press.give([numberColumn('t', [[START_US, 1]])], START_US + 1)
    await world.run(500)
    press.fail(new Error('no answer'))
    await world.run(5000)
    press.give([numberColumn('t', [[START_US + 2, 2]])], START_US + 3)
    await world.run(500)
    expect(process.logged.some(({ fields }) => fields['err'] === 'no answer')).toBe(true)
    const qualities = world.historian.log.flatMap((frame) =>
      frame.body === 'samples' ? frame.columns.flatMap(({ quality }) => [...quality]) : [],
    )
    expect(qualities).toEqual([0, GAP])
  })

  it.each([
    ['shed', 3],
    ['block', 0],
  ] as const)(
    'with the policy %s gives up %d samples that the historian has no room for',
    async (policy, shed) => {
      const [important, other] = [createHandMachine(), createHandMachine()]
      const world = createCollectorWorld({ modules: { 'a.mjs': important.module, 'b.mjs': other.module } })
      const process = world.start({
        sources: [
          plugin({ name: 'a', module: 'a.mjs', priority: 0 }),
          plugin({ name: 'b', module: 'b.mjs', priority: 9 }),
        ],
        outbox: { policy },
      })
      await world.run(500)
      world.historian.refuse({ of: 'priorities', abovePriority: 4, reason: 'room is being made' })
      await world.run(100)
      expect((await process.figures())['genba_collector_intake_refused']).toBe(1)
      const give = async (index: number) => {
        const timeUs = START_US + index * 200_000
        for (const machine of [important, other])
          machine.give([numberColumn('t', [[timeUs, index]])], timeUs + 1)
        await world.run(1000)
      }
      for (const index of upTo(3)) await give(index)
      expect(world.historian.valuesOf('genba.Collector/a')).toEqual(upTo(3))
      // What was asked for before the word came is taken.
      expect(world.historian.valuesOf('genba.Collector/b').length).toBeLessThanOrEqual(1)
      expect((await process.figures())['genba_collector_samples_shed']).toBe(shed)
      world.historian.refuse(undefined)
      await world.run(1000)
      await give(3)
      await world.run(1000)
      expect(world.historian.valuesOf('genba.Collector/b')).toEqual(shed > 0 ? [3] : upTo(4))
    },
  )

  it('gives up live samples by priority when the outbox fills, counts them, and marks the gap', async () => {
    const [important, other] = [createHandMachine(), createHandMachine()]
    const world = createCollectorWorld({ modules: { 'a.mjs': important.module, 'b.mjs': other.module } })
    world.historian.kill()
    const process = world.start({
      sources: [
        plugin({ name: 'a', module: 'a.mjs', priority: 0 }),
        plugin({ name: 'b', module: 'b.mjs', priority: 9 }),
      ],
      outbox: { memoryBytes: 10_000, spillBytes: 10_000, policy: 'shed' },
    })
    await world.run(500)
    for (const index of upTo(300)) {
      const timeUs = START_US + index * 200_000
      for (const machine of [important, other])
        machine.give([numberColumn('t', [[timeUs, index]])], timeUs + 1)
      await world.run(200)
    }
    const shed = async () => (await process.figures())['genba_collector_samples_shed'] ?? 0
    expect(await shed()).toBeGreaterThan(50)
    world.historian.start()
    await world.run(30_000)
    for (const machine of [important, other])
      machine.give([numberColumn('t', [[world.clock.wallUs(), 300]])], world.clock.wallUs())
    await world.run(1000)
    const [ofA, ofB] = [
      world.historian.valuesOf('genba.Collector/a'),
      world.historian.valuesOf('genba.Collector/b'),
    ]
    expect(ofA.length).toBeGreaterThan(ofB.length)
    expect(ofA.length + ofB.length + (await shed())).toBe(602)
    const qualities = world.historian.log
      .filter(({ header }) => header.producer.endsWith('/b'))
      .flatMap((frame) => (frame.body === 'samples' ? frame.columns : []))
      .flatMap(({ quality }) => [...quality])
    const gaps = ofB.map((value, index) => (value === (ofB[index - 1] ?? -1) + 1 ? 0 : GAP))
    expect(gaps).toContain(GAP)
    expect(qualities).toEqual(gaps)
    const edges = process.logged.filter(({ message }) => message.includes('samples are'))
    expect(edges.map(({ fields }) => fields['source'])).toContain('b')
    expect(edges.length).toBeLessThanOrEqual(4)
  })

  it('refuses a batch that contradicts itself, and goes on with the machine', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    const process = world.start({ sources: [plugin()] })
    await world.run(500)
    press.give([numberColumn('t', [[START_US + 0.5, 1]])], START_US + 1)
    press.give([numberColumn('t', [[START_US + 2, 2]])], START_US + 3)
    await world.run(500)
    expect(world.historian.valuesOf('genba.Collector/press')).toEqual([2])
    expect(await process.figures()).toMatchObject({ genba_collector_lines_rejected: 1 })
  })

  it('hands over what it has when it is drained, and spills it when nobody takes it', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    const config = { sources: [plugin()], frame: { maxAge: '1h' } }
    const first = world.start(config)
    await world.run(500)
    world.historian.kill()
    press.give([numberColumn('t', [[START_US, 1]])], START_US + 1)
    await world.run(500)
    await first.drain()
    world.historian.start()
    world.start(config)
    await world.run(5000)
    expect(world.historian.valuesOf('genba.Collector/press')).toEqual([1])
  })

  it('is soon gone when it is replaced together with the historian, and nothing is missing but what is marked', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({
      files: { 'line.csv': lines(3000) },
      modules: { 'press.mjs': press.module },
    })
    const config = { sources: [csv({ speed: 30_000 }), plugin()] }
    let process = world.start(config)
    const give = async (value: number) => {
      press.give([numberColumn('t', [[world.clock.wallUs(), value]])], world.clock.wallUs() + 1)
      await world.run(50)
    }
    for (const value of upTo(10)) await give(value)
    world.historian.kill()
    await give(10)
    // A live machine is not read again before the process has ended: of the two seconds an update may take, this is most.
    expect(await process.drain()).toBeLessThan(1000)
    process = world.start(config)
    await world.run(100)
    await give(11)
    world.historian.start()
    await give(12)
    await world.run(30_000)
    expect(world.historian.valuesOf('genba.Collector/file')).toEqual(upTo(3000))
    expect(world.historian.valuesOf('genba.Collector/press')).toEqual(upTo(13))
    const marked = world.historian.log
      .flatMap((frame) =>
        frame.body === 'samples' && frame.header.producer.endsWith('press') ? frame.columns : [],
      )
      .flatMap(({ quality }) => [...quality])
    expect(marked).toEqual(upTo(13).map((value) => (value === 11 ? GAP : 0)))
  })

  it('lets an update wait for the frames that were on their way, and neither for later ones nor for a historian that is away', async () => {
    const press = createHandMachine()
    const world = createCollectorWorld({ modules: { 'press.mjs': press.module } })
    const process = world.start({ sources: [plugin()], frame: { maxAge: '10ms' } })
    await world.run(500)
    expect(process.askForUpdate('idle').recheckAfterMs).toBe(0)
    const give = async (value: number) => {
      press.give([numberColumn('t', [[world.clock.wallUs(), value]])], world.clock.wallUs() + 1)
      await world.run(11)
    }
    await give(0)
    expect(process.askForUpdate('busy').recheckAfterMs).toBeGreaterThan(0)
    await world.run(500)
    await give(1)
    expect(process.askForUpdate('busy').recheckAfterMs).toBe(0)
    world.historian.kill()
    await give(2)
    expect(process.askForUpdate('alone').recheckAfterMs).toBeGreaterThan(0)
    await world.run(2000)
    expect(process.askForUpdate('alone').recheckAfterMs).toBe(0)
  })
})

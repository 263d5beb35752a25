import { describe, expect, it } from 'vitest'
import { StoreError } from '../../../shared/store/errors.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { storeWith } from '../../support/store-with.ts'
import { createWorld, LIMITS, numbers, spilledValues } from './sender-world.ts'

const PRODUCER = 'genba.Collector/press'
const LIVE = { positioned: false }
const POSITIONED = { positioned: true }
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('hand-off from a sender to the historian', () => {
  it('delivers frames in order and keeps none that is acknowledged', async () => {
    const world = createWorld()
    const { sender } = await world.start()
    const producer = await sender.open(PRODUCER, LIVE)
    for (const value of upTo(1000)) await world.settle(producer.send(numbers([value])))
    await world.run(100)
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(1000))
    expect(sender.figures()).toMatchObject({ depth: 0, bytes: 0, ageMs: 0 })
  })

  it('sends again at once what a gap answer names, not what follows a doubled answer', async () => {
    const world = createWorld()
    const { sender, counters } = await world.start()
    const producer = await sender.open(PRODUCER, LIVE)
    await producer.send(numbers([0]))
    await world.run(50)
    world.historian.faults.loss = 1
    await producer.send(numbers([1]))
    await world.run(10)
    world.historian.faults.loss = 0
    await producer.send(numbers([2]))
    await world.run(300)
    expect(world.historian.valuesOf(PRODUCER)).toEqual([0, 1, 2])
    expect(counters.get('genba_handoff_frames_sent_total')).toBeLessThanOrEqual(5)
  })

  it('asks with a single frame while the historian is away, and catches up when it is back', async () => {
    const world = createWorld()
    const { sender, logged } = await world.start({ limits: { ...LIMITS, memoryBytes: 1e6 } })
    const producer = await sender.open(PRODUCER, LIVE)
    await producer.send(numbers([0]))
    await world.run(50)
    world.historian.kill()
    for (const value of upTo(200)) await producer.send(numbers([value + 1]))
    await world.run(60_000)
    expect(logged.filter((line) => line.includes('does not acknowledge'))).toHaveLength(1)
    world.historian.start()
    await world.run(12_000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(201))
    expect(world.historian.received).toBeLessThan(420)
  })

  it('keeps what the historian has no room for, asks with a single frame, and goes on when it is told', async () => {
    const world = createWorld()
    const { sender, logged } = await world.start({ limits: { ...LIMITS, memoryBytes: 1e6 } })
    const producer = await sender.open(PRODUCER, LIVE)
    await producer.send(numbers([0]))
    await world.run(50)
    world.historian.refuse({ of: 'all', reason: 'no room' })
    await world.run(10)
    expect(sender.refusal()).toEqual({ of: 'all', reason: 'no room' })
    for (const value of upTo(200)) await producer.send(numbers([value + 1]))
    await world.run(60_000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual([0])
    expect(world.historian.received).toBeLessThan(220)
    world.historian.refuse(undefined)
    await world.run(1000)
    expect(sender.refusal()).toBeUndefined()
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(201))
    expect(logged.filter((line) => line.includes('take'))).toEqual([
      'warn the historian does not take frames; they are kept',
      'info the historian takes frames again',
    ])
  })

  it('spills live frames during a silence, and sends them under their identity after a restart', async () => {
    const world = createWorld()
    const first = await world.start()
    world.historian.kill()
    const producer = await first.sender.open(PRODUCER, LIVE)
    for (const value of upTo(50)) await producer.send(numbers([value]))
    await world.run(10_000)
    first.kill()
    expect(await spilledValues(world.disk, PRODUCER)).toEqual(upTo(50))

    world.historian.start()
    const second = await world.start()
    const again = await second.sender.open(PRODUCER, LIVE)
    expect(again.epoch).toBeGreaterThan(producer.epoch)
    await again.send(numbers([50]))
    await world.run(1000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(51))
    const epochs = new Set(world.historian.log.map(({ header }) => header.epoch))
    expect([...epochs]).toEqual([producer.epoch, again.epoch])
    expect(await world.settle(second.sender.drain(1000))).toBeUndefined()
    second.kill()
    expect(await spilledValues(world.disk, PRODUCER)).toEqual([])
  })

  it('waits at its bounds, tells the pressure, and goes on when there is room', async () => {
    const world = createWorld()
    world.historian.kill()
    const { sender } = await world.start({ limits: { memoryBytes: 5000, spillBytes: 5000 } })
    const producer = await sender.open(PRODUCER, LIVE)
    let sent = 0
    const sending = (async () => {
      for (const value of upTo(500)) {
        await producer.send(numbers([value]))
        sent += 1
      }
    })()
    await world.run(60_000)
    expect(sent).toBeLessThan(200)
    expect(sender.pressure()).toBeGreaterThan(0.95)
    expect(sender.figures().bytes).toBeLessThanOrEqual(sender.figures().limitBytes + 300)
    world.historian.start()
    await world.settle(sending)
    await world.run(5000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(500))
    expect(sender.pressure()).toBe(0)
  })

  it('lets sources that can be read again wait instead of spilling them', async () => {
    const world = createWorld()
    const { sender } = await world.start()
    const producer = await world.settle(sender.open(PRODUCER, POSITIONED))
    world.historian.kill()
    let sent = 0
    const sending = (async () => {
      for (const value of upTo(1000)) {
        await producer.send(numbers([value], String(value)))
        sent += 1
      }
    })()
    await world.run(30_000)
    expect(sent).toBeLessThan(1000)
    expect(sender.figures().bytes).toBeLessThanOrEqual(LIMITS.memoryBytes / 2)
    world.historian.start()
    await world.settle(sending)
  })

  it('keeps frames in memory while the disk refuses, and spills when it works again', async () => {
    const world = createWorld()
    world.historian.kill()
    let isFull = false
    const wrap = (store: KeyValueStore) =>
      storeWith(store, {
        batch: async (operations, options) => {
          if (isFull) throw new StoreError('GENBA_STORE_FULL', 'no space left')
          return store.batch(operations, options)
        },
      })
    const { sender, logged, kill } = await world.start({ wrap })
    const producer = await sender.open(PRODUCER, LIVE)
    isFull = true
    for (const value of upTo(20)) await producer.send(numbers([value]))
    await world.run(20_000)
    expect(logged.filter((line) => line.startsWith('error'))).toHaveLength(1)
    expect(sender.figures().depth).toBe(20)
    isFull = false
    await world.run(60_000)
    kill()
    expect(await spilledValues(world.disk, PRODUCER)).toEqual(upTo(20))
  })

  it('spills what is unacknowledged when it is drained, and takes nothing more', async () => {
    const world = createWorld()
    const { sender, kill } = await world.start()
    world.historian.kill()
    const producer = await sender.open(PRODUCER, LIVE)
    for (const value of upTo(9)) await producer.send(numbers([value]))
    await world.settle(sender.drain(2000))
    await expect(producer.send(numbers([9]))).rejects.toMatchObject({ code: 'GENBA_HANDOFF_CLOSED' })
    kill()
    expect(await spilledValues(world.disk, PRODUCER)).toEqual(upTo(9))
  })

  it('resumes a positioned producer after what the historian holds, even if it was still on its way', async () => {
    const world = createWorld()
    const first = await world.start()
    const producer = await world.settle(first.sender.open(PRODUCER, POSITIONED))
    expect(producer.resumeAfter).toBe('')
    for (const value of upTo(10)) await producer.send(numbers([value], String(value)))
    await world.run(100)
    world.historian.faults.delayMs = 400
    await producer.send(numbers([10], '10'))
    await world.run(2)
    first.kill()
    world.historian.faults.delayMs = 1
    const second = await world.start()
    const again = await world.settle(second.sender.open(PRODUCER, POSITIONED))
    const next = Number(again.resumeAfter) + 1
    for (let value = next; value < 20; value++) await again.send(numbers([value], String(value)))
    await world.run(2000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(20))
  })

  it('numbers everything it keeps anew when the historian has lost its disk', async () => {
    const world = createWorld()
    const { sender, logged } = await world.start()
    const producer = await sender.open(PRODUCER, LIVE)
    for (const value of upTo(10)) await producer.send(numbers([value]))
    await world.run(100)
    world.historian.kill()
    for (let value = 10; value < 100; value++) await producer.send(numbers([value]))
    await world.run(10_000)
    const epoch = producer.epoch
    world.historian.loseDisk()
    world.historian.start()
    await producer.send(numbers([100]))
    await world.run(60_000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual(upTo(101).slice(10))
    expect(producer.epoch).toBeGreaterThan(epoch)
    expect(logged.some((line) => line.includes('does not hold what it acknowledged'))).toBe(true)
  })

  it('outruns a later epoch that the historian holds after its own disk and clock were reset', async () => {
    const world = createWorld()
    const first = await world.start()
    const producer = await first.sender.open(PRODUCER, LIVE)
    await producer.send(numbers([0]))
    await world.run(100)
    first.kill()
    const store = world.disk.open()
    await store.clear({})
    await store.close()
    world.clock.stepWall(-1e15)
    const second = await world.start()
    const again = await second.sender.open(PRODUCER, LIVE)
    expect(again.epoch).toBeLessThan(producer.epoch)
    await again.send(numbers([1]))
    await again.send(numbers([2]))
    await world.run(10_000)
    expect(world.historian.valuesOf(PRODUCER)).toEqual([0, 1, 2])
  })

  it('retires a producer with a last frame that closes its windows', async () => {
    const world = createWorld()
    const { sender } = await world.start()
    await sender.retire(PRODUCER)
    await world.run(100)
    expect(world.historian.log.map(({ header }) => header.completeBeforeUs)).toEqual([Infinity])
  })

  it('refuses a producer whose name no topic can carry, before anything is written', async () => {
    const { sender } = await createWorld().start()
    for (const name of ['a b', 'a/+', 'a/#', '', 'x'.repeat(200)]) {
      await expect(sender.open(name, LIVE)).rejects.toMatchObject({ code: 'GENBA_HANDOFF_PRODUCER' })
    }
  })
})

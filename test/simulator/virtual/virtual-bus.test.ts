import { describe, expect, it } from 'vitest'
import type { BusMessage } from '../../../shared/component/host.ts'
import { connectToBus } from '../../../simulator/virtual/bus-connection.ts'
import { calm } from '../../../simulator/virtual/conditions.ts'
import { createVirtualIotCore } from '../../../simulator/virtual/iot-core.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { createTrace } from '../../../simulator/virtual/trace.ts'
import { createVirtualBus } from '../../../simulator/virtual/virtual-bus.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'

const SECOND_US = 1_000_000
const EVERYTHING = 1

function startBus() {
  const clock = createVirtualClock({ wallUs: 0 })
  const random = createRandom(1)
  const trace = createTrace(clock)
  const conditions = calm()
  const cloud = createVirtualIotCore({ clock, random, conditions, trace })
  const bus = createVirtualBus({ clock, random, conditions, trace, cloud })
  const connect = (name: string) =>
    connectToBus(bus, { name, random: random.fork(name), runGuarded: (action) => action() })
  return { clock, conditions, cloud, bus, connect }
}

/** The outcome of a promise that the virtual clock has to settle. */
async function outcome(
  clock: { runUntil(us: number): Promise<void>; nowUs(): number },
  promise: Promise<unknown>,
) {
  const settled = promise.then(
    () => 'resolved',
    (error: { code?: string }) => error.code ?? String(error),
  )
  await clock.runUntil(clock.nowUs() + 20 * SECOND_US)
  return Promise.race([settled, Promise.resolve('pending')])
}

describe('virtual bus', () => {
  it('delivers to every matching filter, with the keys sorted and nothing shared', async () => {
    const { clock, connect } = startBus()
    const [publisher, subscriber] = [connect('a'), connect('b')]
    const seen: [string, BusMessage][] = []
    for (const filter of ['line/+/x', 'line/#', 'line/1/y', '#']) {
      void subscriber.subscribe(filter, (message) => seen.push([filter, message]))
    }
    await clock.runUntil(SECOND_US)
    const bytes = Uint8Array.of(1, 2, 3)
    void publisher.publish('line/1/x', { json: { z: 1, a: { d: [1], c: null } } })
    void publisher.publish('line', { bytes })
    bytes[0] = 9
    await clock.runUntil(2 * SECOND_US)
    expect(seen.map(([filter, { topic }]) => `${filter} ${topic}`)).toEqual([
      'line/+/x line/1/x',
      'line/# line/1/x',
      '# line/1/x',
      'line/# line',
      '# line',
    ])
    expect(JSON.stringify(seen[0]?.[1].payload)).toBe('{"json":{"a":{"c":null,"d":[1]},"z":1}}')
    expect(seen[3]?.[1].payload).toEqual({ bytes: Uint8Array.of(1, 2, 3) })
  })

  it('keeps the order of one publisher, however long single hops take', async () => {
    const { clock, conditions, connect } = startBus()
    conditions.bus = { ...conditions.bus, delayProbability: 0.3, delayMeanUs: SECOND_US }
    const [publisher, subscriber] = [connect('a'), connect('b')]
    const seen: unknown[] = []
    void subscriber.subscribe('n', ({ payload }) =>
      seen.push('json' in payload ? payload.json['n'] : undefined),
    )
    await clock.runUntil(10 * SECOND_US)
    for (let n = 0; n < 100; n += 1) void publisher.publish('n', { json: { n } })
    await clock.runUntil(500 * SECOND_US)
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  it('refuses what a real core could not carry, before anything is sent', async () => {
    const { clock, connect } = startBus()
    const publisher = connect('a')
    expect(await outcome(clock, publisher.publish('n', { bytes: new Uint8Array(7300) }))).toBe('resolved')
    expect(await outcome(clock, publisher.publish('n', { bytes: new Uint8Array(7500) }))).toBe(
      'GENBA_BUS_TOO_LARGE',
    )
    const text = 'x'.repeat(10_000)
    expect(await outcome(clock, publisher.publish('n', { json: { text } }))).toBe('GENBA_BUS_TOO_LARGE')
  })

  it('loses and doubles what the conditions say, and lets calls go unanswered', async () => {
    const { clock, conditions, connect } = startBus()
    const [publisher, subscriber] = [connect('a'), connect('b')]
    let count = 0
    void subscriber.subscribe('n', () => {
      count += 1
    })
    await clock.runUntil(SECOND_US)
    conditions.bus = { ...calm().bus, lossProbability: EVERYTHING }
    expect(await outcome(clock, publisher.publish('n', { json: {} }))).toBe('resolved')
    expect(count).toBe(0)
    conditions.bus = { ...calm().bus, duplicateProbability: EVERYTHING }
    expect(await outcome(clock, publisher.publish('n', { json: {} }))).toBe('resolved')
    expect(count).toBe(2)
    conditions.bus = { ...calm().bus, silenceProbability: EVERYTHING }
    expect(await outcome(clock, publisher.publish('n', { json: {} }))).toBe('GENBA_BUS_TIMEOUT')
    expect(count).toBe(3)
  })

  it('fails calls while the nucleus is away, loses what was on its way, and renews subscriptions', async () => {
    const { clock, bus, connect } = startBus()
    const [publisher, subscriber] = [connect('a'), connect('b')]
    const seen: unknown[] = []
    void subscriber.subscribe('n', ({ payload }) => seen.push(payload))
    await clock.runUntil(SECOND_US)
    const underWay = publisher.publish('n', { json: { n: 1 } })
    bus.stop()
    expect(await outcome(clock, underWay)).toBe('GENBA_BUS_DISCONNECTED')
    expect(await outcome(clock, publisher.publish('n', { json: { n: 2 } }))).toBe('GENBA_BUS_DISCONNECTED')
    bus.start()
    await clock.runUntil(clock.nowUs() + 10 * SECOND_US)
    expect(await outcome(clock, publisher.publish('n', { json: { n: 3 } }))).toBe('resolved')
    expect(seen).toEqual([{ json: { n: 3 } }])
  })

  it('delivers nothing to a process that has hung up', async () => {
    const { clock, connect } = startBus()
    const [publisher, subscriber] = [connect('a'), connect('b')]
    const seen: unknown[] = []
    void subscriber.subscribe('n', ({ payload }) => seen.push(payload))
    await clock.runUntil(SECOND_US)
    void publisher.publish('n', { json: {} })
    subscriber.hangUp()
    await clock.runUntil(2 * SECOND_US)
    expect(seen).toEqual([])
  })
})

describe('virtual IoT Core', () => {
  it('takes messages while the link is up and refuses them while it is down', async () => {
    const { clock, conditions, cloud, connect } = startBus()
    const publisher = connect('a')
    expect(await outcome(clock, publisher.publishToCloud('t', Uint8Array.of(1)))).toBe('resolved')
    conditions.cloud = { ...calm().cloud, linkUp: false }
    expect(await outcome(clock, publisher.publishToCloud('t', Uint8Array.of(2)))).toBe('GENBA_BUS_REFUSED')
    expect(cloud.received).toEqual([{ topic: 't', payload: Uint8Array.of(1) }])
  })

  it('may have what it did not acknowledge, and may have it twice', async () => {
    const { clock, conditions, cloud, connect } = startBus()
    const publisher = connect('a')
    conditions.cloud = { ...calm().cloud, lostAcknowledgementProbability: EVERYTHING }
    expect(await outcome(clock, publisher.publishToCloud('t', Uint8Array.of(1)))).toBe('GENBA_BUS_REFUSED')
    conditions.cloud = { ...calm().cloud, duplicateProbability: EVERYTHING }
    expect(await outcome(clock, publisher.publishToCloud('t', Uint8Array.of(2)))).toBe('resolved')
    expect(cloud.received.map(({ payload }) => payload[0])).toEqual([1, 2, 2])
  })
})

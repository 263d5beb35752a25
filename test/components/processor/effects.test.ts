import { describe, expect, it } from 'vitest'
import { Latency } from '../../../components/processor/effects/latency.ts'
import { EFFECTS_MAX, LIVE_FRAMES_MAX } from '../../../components/processor/limits.ts'
import { call, createEffectsWorld, effect, NOW_US } from './effects-world.ts'

const onError = { type: 'publish', topic: 'errors', payloadText: '' } as const

describe('an action on the world', () => {
  it('is done once, with its payload', async () => {
    const world = createEffectsWorld()
    world.effects.actLogged([effect()])
    await world.ms(1000)
    expect(world.published).toEqual([{ atMs: 0, topic: 'a', payload: { value: 1 } }])
    expect(world.effects.counters).toEqual({ done: 1, failed: 0, overflowed: 0, expired: 0 })
  })

  it('is left out when its sample is older than it may be, and not one microsecond earlier', async () => {
    const world = createEffectsWorld()
    const maxAgeUs = 5_000_000
    world.effects.actLogged([
      effect({ timeUs: NOW_US - maxAgeUs - 1, maxAgeUs }),
      effect({ timeUs: NOW_US - maxAgeUs, maxAgeUs }),
      effect({ timeUs: NOW_US + 3600_000_000, maxAgeUs }),
    ])
    await world.ms(0)
    expect(world.effects.counters).toEqual({ done: 2, failed: 0, overflowed: 0, expired: 1 })
  })

  it('is left out while too many are under way, and the next is done when there is room', async () => {
    const world = createEffectsWorld()
    world.script.fate = () => 1000
    world.effects.actLogged(Array.from({ length: EFFECTS_MAX + 3 }, () => effect()))
    expect(world.effects.counters.overflowed).toBe(3)
    await world.ms(2000)
    world.effects.actLogged([effect()])
    await world.ms(2000)
    expect(world.effects.counters).toEqual({ done: EFFECTS_MAX + 1, failed: 0, overflowed: 3, expired: 0 })
  })

  it('is tried again after a refusal, and told nowhere when that works', async () => {
    const world = createEffectsWorld()
    world.script.fate = () => (world.published.length < 3 ? { refused: 'busy' } : 0)
    world.effects.actLogged([effect({ onError })])
    await world.ms(1000)
    expect(world.published.map(({ atMs, topic }) => [atMs, topic])).toEqual([
      [0, 'a'],
      [50, 'a'],
      [150, 'a'],
    ])
    expect(world.effects.counters).toMatchObject({ done: 1, failed: 0 })
    expect(world.lines).toEqual([])
  })

  it('that is refused three times goes to the error action, with the reason and the output', async () => {
    const world = createEffectsWorld()
    world.script.fate = ({ topic }) => (topic === 'a' ? { refused: 'not authorised' } : 0)
    world.effects.actLogged([effect({ onError })])
    await world.ms(1000)
    expect(world.published.map(({ topic }) => topic)).toEqual(['a', 'a', 'a', 'errors'])
    expect(world.published.at(-1)?.payload).toEqual({
      v: 1,
      id: 'r|p|1|0|0|0|0|error',
      rule: 'r',
      key: 'line1/press',
      timeUs: NOW_US,
      action: 'republish',
      error: 'not authorised',
      output: { value: 1 },
    })
    expect(world.effects.counters).toMatchObject({ done: 0, failed: 1 })
    expect(world.effects.latency('r').count).toBe(0)
    expect(world.lines).toMatchObject([{ level: 'warn', fields: { rule: 'r', err: 'not authorised' } }])
  })

  it('whose error action fails too is counted and logged with both reasons', async () => {
    const world = createEffectsWorld()
    world.script.fate = ({ topic }) => ({ refused: `no ${topic}` })
    world.effects.actLogged([effect({ onError })])
    await world.ms(2000)
    expect(world.effects.counters).toMatchObject({ failed: 2 })
    expect(world.lines).toMatchObject([{ fields: { err: 'no a' } }, { fields: { err: 'no errors' } }])
  })

  it('whose output is too long for the bus is told with the beginning of it', async () => {
    const world = createEffectsWorld()
    const payloadText = JSON.stringify({ text: '"'.repeat(6000) })
    world.script.fate = ({ payload }) =>
      JSON.stringify(payload).length > 8000 ? { refused: 'too large' } : 0
    world.effects.actLogged([effect({ onError, act: { type: 'publish', topic: 'a', payloadText } })])
    await world.ms(1000)
    expect(world.published.at(-1)).toMatchObject({
      topic: 'errors',
      payload: { error: 'too large', output: payloadText.slice(0, 2000) },
    })
    expect(world.effects.counters.failed).toBe(1)
  })

  it('is not tried again once the component stops', async () => {
    const world = createEffectsWorld()
    world.script.fate = () => ({ refused: 'busy' })
    world.effects.actLogged([effect({ onError })])
    await world.ms(10)
    world.closing.abort()
    await world.ms(1000)
    expect(world.published.map(({ topic }) => topic)).toEqual(['a', 'a'])
    expect(world.effects.counters.failed).toBe(0)
  })
})

describe('an action that calls a function', () => {
  it('hands over the output under its identity, in order by tag or by rule', async () => {
    const world = createEffectsWorld()
    world.script.order = (name) => (name === 'f' ? 'tag' : 'rule')
    world.effects.actLogged([effect({ act: call('f') }), effect({ act: call('g', '') })])
    await world.ms(0)
    expect(world.calls).toEqual([
      { function: 'f', id: 'r|p|1|0|0|0|0', key: 'line1/press', event: { value: 1 } },
      { function: 'g', id: 'r|p|1|0|0|0|0', key: 'r', event: null },
    ])
    expect(world.effects.counters.done).toBe(2)
  })

  it('goes to the error action when the function takes no more', async () => {
    const world = createEffectsWorld()
    world.script.answer = () => ({ accepted: false, reason: 'queue-full', message: 'the queue of f is full' })
    world.effects.actLogged([effect({ action: 'call', act: call('f'), onError })])
    await world.ms(0)
    expect(world.calls).toHaveLength(1)
    expect(world.published).toMatchObject([{ payload: { action: 'call', error: 'the queue of f is full' } }])
  })

  it('may be the error action itself', async () => {
    const world = createEffectsWorld()
    world.script.fate = () => ({ refused: 'not authorised' })
    world.effects.actLogged([effect({ onError: call('mend', '') })])
    await world.ms(1000)
    expect(world.calls).toMatchObject([
      { function: 'mend', event: { error: 'not authorised', output: { value: 1 } } },
    ])
  })
})

describe('what a live frame has caused', () => {
  const reflex = (own = {}) => effect({ isReflex: true, ...own })

  it('is not done again when the frame comes by the log', async () => {
    const world = createEffectsWorld()
    world.effects.actLive('p|1|0', [reflex()])
    world.effects.actLogged([reflex()])
    await world.ms(0)
    expect(world.published).toHaveLength(1)
  })

  it('is done by the log when the frame was missed, and for rules that wait for the log', async () => {
    const world = createEffectsWorld()
    world.effects.actLive('p|1|0', [reflex()])
    world.effects.actLogged([reflex({ frame: 'p|1|1' }), effect()])
    await world.ms(0)
    expect(world.published).toHaveLength(3)
  })

  it('is not done again when the bus brings the frame twice', async () => {
    const world = createEffectsWorld()
    world.effects.actLive('p|1|0', [reflex()])
    world.effects.actLive('p|1|0', [reflex()])
    await world.ms(0)
    expect(world.published).toHaveLength(1)
  })

  it('is counted once when it is too old', async () => {
    const world = createEffectsWorld()
    const old = reflex({ timeUs: NOW_US - 61_000_000 })
    world.effects.actLive('p|1|0', [old])
    world.effects.actLogged([old])
    expect(world.effects.counters.expired).toBe(1)
  })

  it('is remembered for as many frames as the log may be behind', async () => {
    const world = createEffectsWorld()
    for (let frame = 0; frame <= LIVE_FRAMES_MAX; frame++) {
      world.effects.actLive(`p|1|${frame}`, [reflex({ frame: `p|1|${frame}`, timeUs: 0 })])
    }
    const { expired } = world.effects.counters
    world.effects.actLogged([reflex({ frame: 'p|1|0' }), reflex({ frame: 'p|1|1' })])
    await world.ms(0)
    expect(expired).toBe(LIVE_FRAMES_MAX + 1)
    expect(world.published).toHaveLength(1)
  })
})

describe('latencies', () => {
  it('run from the sample to the end of the action, against the deadline of the rule', async () => {
    const world = createEffectsWorld()
    world.script.fate = ({ payload }) => (payload as { value: number }).value
    const lasting = (ms: number, rule = 'r') =>
      effect({
        rule,
        deadlineUs: 50_000,
        act: { type: 'publish', topic: 'a', payloadText: `{"value":${ms}}` },
      })
    world.effects.actLogged([lasting(10), lasting(50), lasting(51), lasting(10, 'other')])
    await world.ms(100)
    const { count, missed, p50Ms, p99Ms, maxMs, histogram } = world.effects.latency('r')
    expect({ count, missed, p50Ms, p99Ms, maxMs }).toEqual({
      count: 3,
      missed: 1,
      p50Ms: 50,
      p99Ms: 51,
      maxMs: 51,
    })
    expect(histogram.filter((bin) => bin.count > 0)).toEqual([
      { upToMs: 10, count: 1 },
      { upToMs: 50, count: 1 },
      { upToMs: 75, count: 1 },
    ])
    expect(world.effects.missed).toBe(1)
    expect(world.effects.latency('other').count).toBe(1)
  })

  it('have no quantiles before the first, and are never told better than they were', () => {
    const latency = new Latency()
    expect(latency.figures()).toMatchObject({ count: 0, p50Ms: null, p99Ms: null, maxMs: null })
    const all = Array.from({ length: 200 }, (_, index) => (index * 7.3) % 700)
    for (const ms of all) latency.note(ms, undefined)
    const sorted = [...all].sort((a, b) => a - b)
    const { p50Ms, p99Ms, maxMs } = latency.figures()
    expect(p50Ms).toBeGreaterThanOrEqual(sorted[99] ?? 0)
    expect(p50Ms).toBeLessThanOrEqual(500)
    expect(p99Ms).toBeGreaterThanOrEqual(sorted[197] ?? 0)
    expect(p99Ms).toBeLessThanOrEqual(maxMs ?? 0)
  })

  it('beyond the last bound, and before the sample, have a place', () => {
    const latency = new Latency()
    latency.note(-5, 0)
    latency.note(90_000, 60_000)
    expect(latency.figures()).toMatchObject({ count: 2, missed: 1, p50Ms: 1, p99Ms: 90_000, maxMs: 90_000 })
    expect(latency.figures().histogram.at(-1)).toEqual({ upToMs: null, count: 1 })
  })
})

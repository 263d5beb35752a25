import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { Host } from '../../../shared/component/host.ts'
import { startWorld } from './small-site.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** A component whose behaviour is one function; each start of it is a new call. */
const component = (run: (host: Host<unknown>, start: number) => Promise<void>, name = 'test.Small') => {
  let starts = 0
  return defineComponent({
    name,
    version: '1.0.0',
    config: z.object({ size: z.number().prefault(1) }),
    run: async (host) => {
      starts += 1
      await run(host, starts)
      return { drain: async () => host.log.info({}, 'drained') }
    },
  })
}

/** Writes 1, 2, 3 … and logs each number once it is told that it is written. */
const counting = component(async (host) => {
  const store = await host.store.open('numbers')
  const count = async () => {
    for (let n = 1; ; n += 1) {
      await store.batch([{ type: 'put', key: bytes('n'), value: Uint8Array.of(n) }], { sync: true })
      host.log.info({}, `wrote ${n}`)
    }
  }
  void count()
})

describe('a process in virtual time', () => {
  it('has no effect on the world once it is dead, and starts again', async () => {
    const { lines, seconds, start } = startWorld()
    const process = start(counting)
    await seconds(1)
    process.kill('killed')
    const atDeath = lines.length
    await seconds(0.2)
    expect(lines.slice(atDeath - 1)).toHaveLength(1)
    await seconds(1)
    expect(lines.slice(atDeath).some((line) => line.includes('test.Small starts 2'))).toBe(true)
    expect(lines.at(-1)).toMatch(/wrote \d+/)
  })

  it.each(['before', 'after'] as const)(
    'can die %s the effect of a call, never hearing of it',
    async (moment) => {
      const told: number[] = []
      const held: (number | undefined)[] = []
      const writing = component(async (host) => {
        const store = await host.store.open('numbers')
        held.push((await store.get(bytes('n')))?.[0])
        await store.batch([{ type: 'put', key: bytes('n'), value: Uint8Array.of(7) }], { sync: true })
        told.push(7)
      })
      const { seconds, start } = startWorld()
      const process = start(writing)
      await seconds(0)
      process.doom(1, moment)
      await seconds(1)
      expect(process.starts).toBe(2)
      expect(held).toEqual([undefined, moment === 'after' ? 7 : undefined])
      expect(told).toEqual([7])
    },
  )

  it('is restarted after it failed, with a longer pause each time', async () => {
    const failing = component(async (host) => {
      host.scheduler.schedule(() => host.lifecycle.fail(new Error('no machine')), 10)
    })
    const { lines, seconds, start, world } = startWorld()
    start(failing)
    await seconds(16)
    const startsMs = lines
      .filter((line) => / starts /.test(line))
      .map((line) => Number(line.split(' ')[0]) / 1000)
    const pauses = startsMs.slice(1).map((at, index) => Math.round(at - (startsMs[index] ?? 0)))
    expect(pauses).toEqual([260, 510, 1010, 2010, 4010, 5010])
    expect(world.incidents[0]).toMatchObject({ kind: 'failed', text: 'no machine' })
  })

  it('drains before a restart', async () => {
    const { lines, seconds, start } = startWorld()
    const process = start(component(async () => undefined))
    await seconds(1)
    process.restart()
    await seconds(1)
    expect(lines.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'test.Small starts 1',
      'test.Small drains ',
      'test.Small info drained',
      'test.Small dies stopped',
      'test.Small starts 2',
    ])
  })

  it('reports what nobody caught, and a configuration that is refused', async () => {
    const throwing = component(async (host) => {
      host.scheduler.schedule(() => {
        throw new Error('in a timer')
      }, 5)
    })
    const { world, seconds, start } = startWorld()
    start(throwing)
    start(
      component(async () => undefined, 'test.Other'),
      { size: 'large' },
    )
    await seconds(0.1)
    expect(world.incidents.map(({ component: name, kind }) => `${name} ${kind}`)).toEqual([
      'test.Other uncaught',
      'test.Small uncaught',
    ])
    expect(world.incidents[0]?.text).toContain('GENBA_CONFIG_INVALID')
  })

  it('keeps what it wrote over its death, and over a loss of power what it wrote synchronously', async () => {
    const found: string[] = []
    const writing = component(async (host, start) => {
      const store = await host.store.open('notes')
      const entries = await store.page({}, { maxEntries: 10, maxBytes: 1000 })
      found.push(entries.map(({ key }) => new TextDecoder().decode(key)).join(' '))
      if (start > 1) return
      await store.batch([{ type: 'put', key: bytes('synced'), value: bytes('') }], { sync: true })
      await store.batch([{ type: 'put', key: bytes('unsynced'), value: bytes('') }], { sync: false })
    })
    const { world, seconds, start } = startWorld({ seed: 4 })
    const process = start(writing)
    await seconds(1)
    process.kill('killed')
    await seconds(1)
    process.kill('power lost')
    world.disk.losePower({ ...world.random, integer: (_least, most) => most })
    await seconds(2)
    expect(found).toEqual(['', 'synced unsynced', 'synced'])
  })
})

describe('a disk that is full, slow or lying', () => {
  it('refuses writes while it is full and takes them afterwards', async () => {
    const codes: string[] = []
    const writing = component(async (host) => {
      const store = await host.store.open('notes')
      const put = () => store.batch([{ type: 'put', key: bytes('k'), value: bytes('v') }], { sync: true })
      await put().catch((error: { code: string }) => codes.push(error.code))
      host.scheduler.schedule(() => void put().then(() => codes.push('written')), 2000)
    })
    const { world, seconds, start } = startWorld()
    world.conditions.disk = { ...world.conditions.disk, full: true }
    start(writing)
    await seconds(1)
    world.conditions.disk = { ...world.conditions.disk, full: false }
    await seconds(3)
    expect(codes).toEqual(['GENBA_STORE_FULL', 'written'])
  })

  it.each([
    ['acknowledge-before-write', 'test.Small'],
    ['forget-spill', 'test.Small'],
  ] as const)('loses with %s what an honest one keeps', async (kind, name) => {
    const seen: boolean[] = []
    const writing = component(async (host) => {
      const store = await host.store.open('notes')
      seen.push((await store.get(bytes('k'))) !== undefined)
      await store.batch([{ type: 'put', key: bytes('k'), value: bytes('v') }], { sync: true })
    })
    const { seconds, start } = startWorld({ sabotage: { kind, component: name } })
    const process = start(writing)
    await seconds(1)
    process.kill('killed')
    await seconds(1)
    expect(seen).toEqual([false, false])
  })
})

describe('the trace of a run', () => {
  it('is the same for the same seed and another for another seed', async () => {
    const digest = async (seed: number) => {
      const { world, seconds, start } = startWorld({ seed })
      start(counting)
      await seconds(2)
      return world.trace.digest()
    }
    expect(await digest(11)).toBe(await digest(11))
    expect(await digest(11)).not.toBe(await digest(12))
  })
})

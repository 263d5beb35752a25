import { describe, expect, it } from 'vitest'
import { SET_ASIDE_INPUTS_MAX } from '../../../shared/function/limits.ts'
import { createPoolWorld, define, input } from './virtual-workers.ts'

const failing = { fate: () => ({ after: 1, error: 'no' }) } as const

describe('inputs that were set aside', () => {
  it('are there after a restart, oldest first, as they were', async () => {
    const world = createPoolWorld(failing)
    const first = await world.open([define({ retries: 0, workers: 1 })])
    for (const id of ['b', 'a', 'c']) first.call(input(id))
    await world.ms(1000)
    const before = first.setAside()
    world.disk.kill()
    const second = await world.open([define({ retries: 0 })])
    expect(second.setAside()).toEqual(before)
    expect(before.map(({ id }) => id)).toEqual(['b', 'a', 'c'])
  })

  it('can be replayed, and are gone once that succeeds', async () => {
    let isMended = false
    const world = createPoolWorld({
      fate: ({ id }) => (isMended ? { after: 50, result: id } : { after: 1, error: 'no' }),
    })
    const pool = await world.open([define({ retries: 1, backoff: '1ms' })])
    pool.call(input('1'))
    await world.ms(100)
    isMended = true
    expect(pool.replay('1')).toEqual({ accepted: true })
    expect(pool.replay('1')).toMatchObject({ accepted: false, reason: 'at-work' })
    expect(pool.discard('1')).toBe(false)
    await world.ms(20)
    expect(pool.setAside()).toHaveLength(1)
    await world.ms(100)
    expect(pool.setAside()).toEqual([])
    expect(world.done).toMatchObject([{ id: '1', attempts: 1 }])
    expect(pool.replay('1')).toMatchObject({ accepted: false, reason: 'unknown-input' })
  })

  it('stay set aside, with the newer reason, when the replay fails', async () => {
    let error = 'first'
    const world = createPoolWorld({ fate: () => ({ after: 1, error }) })
    const pool = await world.open([define({ retries: 0 })])
    pool.call(input('1'))
    await world.ms(100)
    error = 'second'
    pool.replay('1')
    await world.ms(100)
    expect(pool.setAside()).toMatchObject([{ id: '1', message: 'second', attempts: 1 }])
  })

  it('can be discarded for good', async () => {
    const world = createPoolWorld(failing)
    const pool = await world.open([define({ retries: 0 })])
    pool.call(input('1'))
    await world.ms(100)
    expect([pool.discard('1'), pool.discard('1')]).toEqual([true, false])
    await world.ms(1)
    world.disk.kill()
    expect((await world.open([define()])).setAside()).toEqual([])
  })

  it('are bounded: the oldest is lost, counted and told', async () => {
    const world = createPoolWorld(failing)
    const pool = await world.open([define({ retries: 0, key: 'none', workers: 16, queueInputs: 2000 })])
    for (let index = 0; index < SET_ASIDE_INPUTS_MAX + 5; index++) pool.call(input(`${index}`))
    await world.ms(10_000)
    expect(pool.figures()).toMatchObject({ setAside: SET_ASIDE_INPUTS_MAX, setAsideDropped: 5 })
    expect(pool.setAside()[0]?.id).toBe('5')
    expect(world.lines.some(({ fields }) => fields['id'] === '0')).toBe(true)
  })

  it('are kept in memory while the store refuses, and written when it takes them again', async () => {
    const world = createPoolWorld(failing)
    const pool = await world.open([define({ retries: 0 })])
    // The store is closed under the pool, as a full disk would refuse.
    world.disk.kill()
    pool.call(input('1'))
    await world.ms(3000)
    expect(pool.setAside()).toHaveLength(1)
    expect(world.lines.some(({ message }) => message.includes('not on disk yet'))).toBe(true)
  })
})

describe('a pool that closes', () => {
  it('leaves what it was replaying set aside, as it was', async () => {
    const world = createPoolWorld({
      fate: ({ attempt }) => (attempt === 1 ? { after: 1, error: 'no' } : 'never'),
    })
    const first = await world.open([define({ retries: 1, timeout: '50ms', backoff: '1ms' })])
    first.call(input('1'))
    await world.ms(200)
    const before = first.setAside()
    first.replay('1')
    await world.ms(20)
    await first.close()
    world.disk.kill()
    const second = await world.open([define()])
    await world.ms(200)
    expect(before).toHaveLength(1)
    expect(second.setAside()).toEqual(before)
  })

  it('calls after the next start what had not ended, in order, and no more', async () => {
    const world = createPoolWorld({ fate: ({ id }) => ({ after: 100, result: id }) })
    const first = await world.open([define({ workers: 1 })])
    for (const id of ['1', '2', '3']) first.call(input(id))
    await world.ms(150)
    expect(world.done.map(({ id }) => id)).toEqual(['1'])
    await first.close()
    expect(first.call(input('4'))).toMatchObject({ accepted: false, reason: 'closed' })
    await world.ms(1000)
    expect(world.threads().live).toBe(0)
    world.disk.kill()
    const second = await world.open([define({ workers: 1 })])
    expect(second.setAside()).toEqual([])
    await world.ms(1000)
    expect(world.done.map(({ id, attempts }) => [id, attempts])).toEqual([
      ['1', 1],
      ['2', 1],
      ['3', 1],
    ])
    await second.close()
    world.disk.kill()
    await world.open([define()])
    await world.ms(1000)
    expect(world.done).toHaveLength(3)
  })

  it('sets aside what waits for a function that is gone after the next start', async () => {
    const world = createPoolWorld({ fate: () => 'never' })
    const first = await world.open([define()])
    first.call(input('1'))
    await first.close()
    world.disk.kill()
    const second = await world.open([])
    expect(second.setAside()).toMatchObject([{ id: '1', cause: 'removed' }])
  })
})

describe('a changed configuration', () => {
  it('takes effect with the next attempt and loses nothing that waits', async () => {
    const world = createPoolWorld({ fate: ({ options }) => ({ after: 100, result: options.file }) })
    const pool = await world.open([define({ workers: 1, version: '1' })])
    for (const id of ['1', '2', '3']) pool.call(input(id))
    await world.ms(50)
    pool.reconfigure([define({ workers: 1, file: 'g.mjs', version: '2' })])
    await world.ms(1000)
    expect(world.done.map(({ id, result }) => [id, result])).toEqual([
      ['1', 'f.mjs'],
      ['2', 'g.mjs'],
      ['3', 'g.mjs'],
    ])
  })

  it('leaves alone what is as it was', async () => {
    const world = createPoolWorld()
    const pool = await world.open([define()])
    await world.ms(10)
    pool.reconfigure([define(), define({ name: 'g' })])
    await world.ms(10)
    expect(world.threads()).toEqual({ started: 2, live: 2, max: 2 })
  })

  it('loads a new version at once, though nothing calls it', async () => {
    const world = createPoolWorld({
      load: ({ file }) => (file === 'g.mjs' ? { after: 1, fault: 'bad' } : 1),
    })
    const pool = await world.open([define()])
    await world.ms(10)
    pool.reconfigure([define({ file: 'g.mjs' })])
    await world.ms(10)
    expect(world.lines).toMatchObject([{ fields: { err: { code: 'GENBA_FUNCTION_LOAD' } } }])
  })

  it('sets aside what waits for a function that it removes; what is at work ends well', async () => {
    const world = createPoolWorld({ fate: ({ id }) => ({ after: 100, result: id }) })
    const pool = await world.open([define({ workers: 1 })])
    for (const id of ['1', '2']) pool.call(input(id))
    await world.ms(50)
    pool.reconfigure([])
    expect(pool.setAside()).toMatchObject([{ id: '2', cause: 'removed' }])
    expect(pool.call(input('3'))).toMatchObject({ accepted: false, reason: 'unknown-function' })
    await world.ms(1000)
    expect(world.done.map(({ id }) => id)).toEqual(['1'])
    expect(world.threads().live).toBe(0)
    pool.reconfigure([define()])
    expect(pool.replay('2')).toEqual({ accepted: true })
    await world.ms(1000)
    expect(world.done.map(({ id }) => id)).toEqual(['1', '2'])
  })
})

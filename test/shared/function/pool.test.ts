import { describe, expect, it } from 'vitest'
import { createPoolWorld, define, input } from './virtual-workers.ts'

const accepted = { accepted: true }

describe('a pool of functions', () => {
  it('gives each handler its event and its caller the result', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 5, result: { answer: 42 } }) })
    const pool = await world.open([define()])
    expect(pool.call({ function: 'f', id: '1', key: 'line1/press', event: '1' })).toEqual(accepted)
    await world.ms(100)
    expect(world.done).toMatchObject([
      { function: 'f', id: '1', key: 'line1/press', result: { answer: 42 }, attempts: 1 },
    ])
    expect(pool.figures().functions).toMatchObject([
      { accepted: 1, done: 1, waiting: 0, waitingBytes: 0, oldestMs: 0 },
    ])
  })

  it('runs the inputs of one key one after the other, and keys side by side', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 100, result: undefined }) })
    const pool = await world.open([define({ workers: 3 })])
    for (const id of ['a1', 'a2', 'b1', 'c1', 'd1']) pool.call(input(id, id.slice(0, 1)))
    await world.ms(90)
    expect(world.attempts.map(({ id }) => id).sort()).toEqual(['a1', 'b1', 'c1'])
    await world.ms(1000)
    const begin = new Map(world.attempts.map(({ id, beganMs }) => [id, beganMs]))
    const end = new Map(world.attempts.map(({ id, endedMs }) => [id, endedMs]))
    expect(begin.get('a2')).toBeGreaterThanOrEqual(end.get('a1') ?? Number.POSITIVE_INFINITY)
    expect(world.threads().max).toBe(3)
  })

  it('keeps no order where the key is none', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 100, result: undefined }) })
    const pool = await world.open([define({ workers: 2, key: 'none' })])
    pool.call(input('1'))
    pool.call(input('2'))
    await world.ms(50)
    expect(world.attempts).toHaveLength(2)
  })

  it('repeats a failed input after a pause that doubles, then sets it aside with the reason', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 0, error: 'no such press' }) })
    const pool = await world.open([define({ retries: 3, backoff: '100ms' })])
    pool.call(input('1'))
    await world.ms(5000)
    const began = world.attempts.map(({ beganMs }) => beganMs)
    const pauses = began.slice(1).map((ms, index) => Math.round((ms - (began[index] ?? 0)) / 10) * 10)
    expect(pauses).toEqual([100, 200, 400])
    expect(world.attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
    expect(pool.setAside()).toMatchObject([
      { function: 'f', id: '1', key: 'k', event: '1', attempts: 4, cause: 'threw', message: 'no such press' },
    ])
    expect(world.setAside).toEqual(pool.setAside())
  })

  it('lets nothing that fails hold up what comes after it', async () => {
    const world = createPoolWorld({ fate: ({ id }) => (id === 'bad' ? 'never' : { after: 1, result: id }) })
    const pool = await world.open([define({ timeout: '200ms', retries: 1, backoff: '50ms', workers: 1 })])
    pool.call(input('bad', 'a'))
    pool.call(input('next', 'a'))
    pool.call(input('other', 'b'))
    await world.ms(300)
    expect(world.done.map(({ id }) => id)).toEqual(['other'])
    await world.ms(500)
    expect(world.done.map(({ id }) => id)).toEqual(['other', 'next'])
    expect(world.setAside).toMatchObject([
      { id: 'bad', cause: 'deadline', message: 'no answer within 200 ms' },
    ])
  })

  it.each(['memory', 'crash', 'exit'] as const)(
    'counts a worker that dies (%s) as a failed attempt',
    async (dies) => {
      const world = createPoolWorld({
        fate: ({ attempt }) => (attempt === 1 ? { after: 1, dies } : { after: 1, result: 1 }),
      })
      const pool = await world.open([define()])
      pool.call(input('1'))
      await world.ms(1000)
      expect(world.done).toMatchObject([{ id: '1', attempts: 2 }])
      expect(pool.figures().functions[0]?.failures[dies]).toBe(1)
      expect(world.threads()).toMatchObject({ started: 2, live: 1 })
    },
  )

  it('tells of a file that cannot be loaded at once, and sets aside what is called in it', async () => {
    const world = createPoolWorld({ load: () => ({ after: 5, fault: 'f.mjs exports no handler' }) })
    const pool = await world.open([define()])
    await world.ms(10)
    expect(world.lines).toMatchObject([{ level: 'error', fields: { err: { code: 'GENBA_FUNCTION_LOAD' } } }])
    pool.call(input('1'))
    await world.ms(5000)
    expect(world.setAside).toMatchObject([
      { id: '1', cause: 'load', message: 'f.mjs exports no handler', attempts: 3 },
    ])
  })

  it('ends a file that never finishes loading', async () => {
    const world = createPoolWorld({ load: () => 1e9 })
    const pool = await world.open([define({ retries: 0 })])
    pool.call(input('1'))
    await world.ms(20_000)
    expect(world.setAside).toMatchObject([{ id: '1', cause: 'load' }])
  })

  it('starts no storm of threads while all of them die', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 0, dies: 'crash' }) })
    const pool = await world.open([define({ retries: 100, backoff: '0ms' })])
    for (let index = 0; index < 50; index++) pool.call(input(String(index), String(index)))
    await world.ms(10_000)
    expect(world.threads().started).toBeLessThan(30)
  })

  it('refuses what is too much, too large or unknown, and counts it', async () => {
    const world = createPoolWorld({ fate: () => 'never' })
    const pool = await world.open([define({ queueInputs: 2 })])
    const answers = [
      pool.call(input('1', 'k', 'g')),
      pool.call({ ...input('2'), event: 'x'.repeat(70_000) }),
      pool.call(input('3')),
      pool.call(input('4')),
      pool.call(input('5')),
    ]
    expect(answers.map((answer) => (answer.accepted ? 'accepted' : answer.reason))).toEqual([
      'unknown-function',
      'too-large',
      'accepted',
      'accepted',
      'queue-full',
    ])
    expect(pool.figures().functions).toMatchObject([{ accepted: 2, refused: 1 }])
  })

  it('takes an input once while it is queued or set aside, however often it is called', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 10, error: 'no' }) })
    const pool = await world.open([define({ retries: 0 })])
    const answers = [pool.call(input('1')), pool.call(input('1'))]
    await world.ms(100)
    answers.push(pool.call(input('1')))
    await world.ms(100)
    expect(answers).toEqual([accepted, accepted, accepted])
    expect(world.attempts).toHaveLength(1)
    expect(pool.figures()).toMatchObject({ setAside: 1, repeated: 2 })
  })

  it('bounds the queue in bytes as well', async () => {
    const world = createPoolWorld({ fate: () => 'never' })
    const pool = await world.open([define({ queueBytes: '64KiB' })])
    const answers = [1, 2, 3, 4].map((id) => pool.call({ ...input(String(id)), event: 'x'.repeat(20_000) }))
    expect(answers.map(({ accepted }) => accepted)).toEqual([true, true, true, false])
  })

  it('replaces a worker that has served long enough, or holds too much', async () => {
    const world = createPoolWorld({
      fate: ({ id }) => ({ after: 1, result: 1, memoryBytes: id === 'fat' ? 60 * 1024 ** 2 : 1 }),
    })
    const pool = await world.open([define({ recycleAfter: 3, workers: 1, memory: '64MiB' })])
    for (const id of ['1', '2', '3', '4', 'fat', '6']) pool.call(input(id))
    await world.ms(1000)
    expect(world.attempts.map(({ thread }) => thread)).toEqual([0, 0, 0, 1, 1, 2])
    expect(pool.figures().functions).toMatchObject([{ done: 6, workersRecycled: 2 }])
  })

  it('keeps one worker warm and lets the others go', async () => {
    const world = createPoolWorld({ fate: () => ({ after: 10, result: 1 }) })
    const pool = await world.open([define({ workers: 3 })])
    for (const id of ['a', 'b', 'c']) pool.call(input(id, id))
    await world.ms(1000)
    expect(world.threads().live).toBe(3)
    await world.ms(130_000)
    expect(world.threads().live).toBe(1)
  })

  it('writes what a function says into the log, so many lines a second, and counts the rest', async () => {
    const world = createPoolWorld()
    const pool = await world.open([define()])
    await world.ms(10)
    for (let index = 0; index < 100; index++) world.handles[0]?.say(`line ${index}`)
    expect(world.lines).toHaveLength(20)
    expect(pool.figures().functions).toMatchObject([{ logLinesSuppressed: 80 }])
    await world.ms(1000)
    world.handles[0]?.say('later')
    expect(world.lines.at(-1)).toEqual({
      level: 'info',
      fields: { function: 'f', suppressed: 80 },
      message: 'later',
    })
  })
})

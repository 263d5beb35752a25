import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Attempt, createPoolWorld, define, type Fate, input } from './virtual-workers.ts'

/**
 * Goal: whatever functions do and whenever, order and accounting hold. Method: random inputs over random time, each
 * attempt with a fate drawn by its number, threads that load and end late, configurations that change and pools that
 * close in between; then the trace is checked against the rules alone.
 */
const fates: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(80).map((after) => ({ after, result: 'r' })) },
  { weight: 2, arbitrary: fc.nat(80).map((after) => ({ after, error: 'e' })) },
  { weight: 1, arbitrary: fc.constant('never' as const) },
  {
    weight: 2,
    arbitrary: fc.record({ after: fc.nat(80), dies: fc.constantFrom('memory', 'crash', 'exit') }),
  },
  { weight: 1, arbitrary: fc.nat(5).map((after) => ({ after, result: 1, memoryBytes: 1e9 })) },
)
const steps = fc.array(
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({ do: fc.constant('call' as const), key: fc.nat(4), gapMs: fc.nat(40) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('change' as const), key: fc.nat(2), gapMs: fc.nat(200) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restart' as const), key: fc.nat(0), gapMs: fc.nat(400) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('replay' as const), key: fc.nat(9), gapMs: fc.nat(400) }),
    },
  ),
  { minLength: 1, maxLength: 60 },
)
const runs = fc.record({
  steps,
  fates: fc.array(fates, { minLength: 1, maxLength: 30 }),
  loads: fc.array(
    fc.oneof(
      fc.nat(60),
      fc.nat(30).map((after) => ({ after, fault: 'bad file' })),
    ),
    { maxLength: 3 },
  ),
  endAfter: fc.nat(100),
  workers: fc.integer({ min: 1, max: 4 }),
  retries: fc.nat(3),
})
type Run = typeof runs extends fc.Arbitrary<infer Value> ? Value : never

const TIMEOUT_MS = 100

async function trace(run: Run) {
  let loads = 0
  const world = createPoolWorld({
    endAfter: run.endAfter,
    // The first threads of a run load as drawn, all later ones well, so that every run comes to an end.
    load: () => run.loads[loads++] ?? 3,
    fate: ({ id, attempt }) => run.fates[(Number(id) + 7 * attempt) % run.fates.length] ?? 'never',
  })
  const definition = (version: number) =>
    define({
      version: `${version}`,
      workers: run.workers,
      retries: run.retries,
      timeout: '100ms',
      backoff: '30ms',
    })
  let version = 0
  let pool = await world.open([definition(version)])
  const calls: { id: string; key: string }[] = []
  const replays = new Map<string, number>()
  for (const step of run.steps) {
    await world.ms(step.gapMs)
    if (step.do === 'call') {
      const call = { id: `${calls.length}`, key: `key${step.key}` }
      calls.push(call)
      expect(pool.call(input(call.id, call.key))).toEqual({ accepted: true })
    } else if (step.do === 'change') pool.reconfigure([definition(++version)])
    else if (step.do === 'replay') {
      const id = pool.setAside()[step.key]?.id ?? 'none'
      if (pool.replay(id).accepted) replays.set(id, (replays.get(id) ?? 0) + 1)
    } else {
      await pool.close()
      world.disk.kill()
      pool = await world.open([definition(version)])
    }
  }
  await world.ms(400_000)
  return { world, pool, calls, replays }
}

type Trace = Awaited<ReturnType<typeof trace>>

const overlaps = (a: Attempt, b: Attempt) =>
  a.beganMs < (b.endedMs ?? Infinity) && b.beganMs < (a.endedMs ?? Infinity)

/** A replay that a restart interrupts is back where it was, without an end of its own. */
function checkEnds({ world, pool, calls, replays }: Trace): void {
  const kept = new Set(pool.setAside().map(({ id }) => id))
  for (const { id } of calls) {
    const done = world.done.filter((end) => end.id === id).length
    const ends = done + world.setAside.filter((end) => end.id === id).length
    expect(ends).toBeGreaterThanOrEqual(1)
    expect(ends).toBeLessThanOrEqual(1 + (replays.get(id) ?? 0))
    expect([done, kept.has(id)]).toEqual(kept.has(id) ? [0, true] : [1, false])
  }
}

function checkAttempts({ world }: Trace, retries: number): void {
  for (const { attempts } of world.done) expect(attempts).toBeLessThanOrEqual(retries + 1)
  for (const { attempts } of world.setAside) expect(attempts).toBe(retries + 1)
  for (const { beganMs, endedMs = Infinity } of world.attempts) {
    expect(endedMs - beganMs).toBeLessThanOrEqual(TIMEOUT_MS + 5)
  }
}

/** Never two at once; and but for replays, inputs come as they were called, all attempts of one together. */
function checkOrder({ world, calls, replays }: Trace): void {
  for (const key of new Set(calls.map((call) => call.key))) {
    const attempts = world.attempts.filter((attempt) => attempt.key === key)
    const crossed = attempts.filter((attempt, index) => {
      const next = attempts[index + 1]
      return next !== undefined && overlaps(attempt, next)
    })
    expect(crossed).toEqual([])
    if (replays.size > 0) continue
    const order = attempts.map(({ id }) => Number(id))
    expect(order).toEqual([...order].sort((a, b) => a - b))
  }
}

describe('a pool of functions, whatever happens', () => {
  it('ends every input exactly once, in the order of its key, within the declared bounds', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        const seen = await trace(run)
        checkEnds(seen)
        checkAttempts(seen, run.retries)
        checkOrder(seen)
        // Threads of a closed pool may still be ending when the next one starts its own.
        const hasRestarted = run.steps.some((step) => step.do === 'restart')
        if (!hasRestarted) expect(seen.world.threads().max).toBeLessThanOrEqual(run.workers)
        const [figures] = seen.pool.figures().functions
        expect(figures).toMatchObject({ waiting: 0, waitingBytes: 0, atWork: 0 })
      }),
      { numRuns: 200 },
    )
  })
})

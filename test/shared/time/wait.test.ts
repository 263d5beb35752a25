import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { retry, wait, withDeadline } from '../../../shared/time/wait.ts'

/** Runs the virtual clock and lets promises settle until neither has anything left to do. */
async function runAll(scheduler: VirtualTimeScheduler): Promise<void> {
  for (let idle = 0; idle < 20; idle++) {
    if (scheduler.actions.length > 0) idle = 0
    scheduler.flush()
    await Promise.resolve()
  }
}

describe('wait', () => {
  it('resolves after its time on the given clock', async () => {
    const scheduler = new VirtualTimeScheduler()
    let atMs = -1
    const waiting = wait(scheduler, 250).then(() => {
      atMs = scheduler.now()
    })
    expect(atMs).toBe(-1)
    scheduler.flush()
    await waiting
    expect(atMs).toBe(250)
  })

  it('ends at once with the reason when aborted, and leaves nothing scheduled', async () => {
    const scheduler = new VirtualTimeScheduler()
    const controller = new AbortController()
    const waiting = wait(scheduler, 250, controller.signal)
    controller.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    scheduler.flush()
    expect(scheduler.now()).toBe(0)
  })

  it('does not begin under an aborted signal', async () => {
    const scheduler = new VirtualTimeScheduler()
    await expect(wait(scheduler, 1, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    expect(scheduler.actions).toHaveLength(0)
  })
})

describe('withDeadline', () => {
  const late = () => new Error('late')

  it('gives the outcome that comes in time, and schedules nothing more', async () => {
    const scheduler = new VirtualTimeScheduler()
    await expect(withDeadline(Promise.resolve(7), 10, scheduler, late)).resolves.toBe(7)
    await expect(withDeadline(Promise.reject(new Error('own')), 10, scheduler, late)).rejects.toThrow('own')
    scheduler.flush()
    expect(scheduler.now()).toBe(0)
  })

  it('fails with the given error when nothing comes', async () => {
    const scheduler = new VirtualTimeScheduler()
    const outcome = withDeadline(new Promise(() => {}), 10, scheduler, late)
    scheduler.flush()
    await expect(outcome).rejects.toThrow('late')
  })
})

describe('retry', () => {
  it('pauses twice as long after each failure, up to its limit, and tells of every failure', async () => {
    const scheduler = new VirtualTimeScheduler()
    const triedAtMs: number[] = []
    const pausesMs: number[] = []
    const outcome = retry(scheduler, {
      firstMs: 100,
      maxMs: 300,
      attempt: async (index) => {
        triedAtMs.push(scheduler.now())
        if (index < 4) throw new Error(`attempt ${index}`)
        return 'done'
      },
      onFailure: (_, pauseMs) => pausesMs.push(pauseMs),
    })
    await runAll(scheduler)
    await expect(outcome).resolves.toBe('done')
    expect(triedAtMs).toEqual([0, 100, 300, 600, 900])
    expect(pausesMs).toEqual([100, 200, 300, 300])
  })

  it('gives up by its signal alone, during a pause or an attempt', async () => {
    for (const abortIn of ['pause', 'attempt'] as const) {
      const scheduler = new VirtualTimeScheduler()
      const controller = new AbortController()
      let attempts = 0
      const outcome = retry(scheduler, {
        firstMs: 100,
        maxMs: 100,
        signal: controller.signal,
        attempt: async () => {
          attempts += 1
          if (abortIn === 'attempt') controller.abort(new Error('stopped'))
          throw new Error('away')
        },
        onFailure: () => controller.abort(new Error('stopped')),
      })
      await expect(outcome).rejects.toThrow('stopped')
      await runAll(scheduler)
      expect(attempts).toBe(1)
    }
  })
})

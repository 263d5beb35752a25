import { firstValueFrom, interval, take, timer, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { createVirtualClock, microtasksDone } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'

const SECOND_US = 1_000_000

describe('virtual clock', () => {
  it('runs events in the order of their instants, and equal ones in the order planned', async () => {
    const clock = createVirtualClock({ wallUs: 0 })
    const random = createRandom(3)
    const expected = Array.from({ length: 500 }, (_, order) => ({ atUs: random.integer(0, 50), order }))
    const seen: { atUs: number; order: number }[] = []
    for (const event of expected) clock.after(event.atUs, () => seen.push(event))
    await clock.runUntil(SECOND_US)
    expect(seen).toEqual(expected.toSorted((a, b) => a.atUs - b.atUs || a.order - b.order))
    expect(clock.nowUs()).toBe(SECOND_US)
  })

  it('never runs what was cancelled', async () => {
    const clock = createVirtualClock({ wallUs: 0 })
    const seen: number[] = []
    const events = [1, 2, 3].map((at) => clock.after(at, () => seen.push(at)))
    events[1]?.cancel()
    await clock.runUntil(10)
    expect(seen).toEqual([1, 3])
  })

  it('waits after each event until every promise that can settle has settled, however deep', async () => {
    const clock = createVirtualClock({ wallUs: 0 })
    const seen: string[] = []
    const deep = async (steps: number): Promise<void> => {
      for (let step = 0; step < steps; step += 1) await Promise.resolve()
      queueMicrotask(() => seen.push(`after ${steps}`))
    }
    clock.after(1, () => void deep(1000))
    clock.after(2, () => seen.push('second event'))
    await clock.runUntil(10)
    expect(seen).toEqual(['after 1000', 'second event'])
  })

  it('keeps the wall clock apart: a step moves it and nothing else', async () => {
    const clock = createVirtualClock({ wallUs: 5 * SECOND_US })
    const seen: number[] = []
    clock.after(2 * SECOND_US, () => seen.push(clock.wallUs()))
    await clock.runUntil(SECOND_US)
    clock.stepWall(-3 * SECOND_US)
    await clock.runUntil(4 * SECOND_US)
    expect(seen).toEqual([4 * SECOND_US])
    expect(clock.monotonicMs()).toBe(4000)
  })

  it('lets the microtask queue run dry', async () => {
    let isDone = false
    const work = async () => {
      for (let step = 0; step < 50; step += 1) await null
      isDone = true
    }
    void work()
    await microtasksDone()
    expect(isDone).toBe(true)
  })
})

describe('virtual scheduler for RxJS', () => {
  const start = () => {
    const clock = createVirtualClock({ wallUs: 0 })
    const errors: unknown[] = []
    const scheduler = createVirtualScheduler(clock, (action) => {
      try {
        action()
      } catch (error) {
        errors.push(error)
      }
    })
    return { clock, scheduler, errors }
  }

  it('drives timers and intervals', async () => {
    const { clock, scheduler } = start()
    const ticks = firstValueFrom(interval(250, scheduler).pipe(take(4), toArray()))
    const seen: number[] = []
    timer(600, 200, scheduler)
      .pipe(take(3))
      .subscribe(() => seen.push(clock.monotonicMs()))
    await clock.runUntil(2 * SECOND_US)
    expect(await ticks).toEqual([0, 1, 2, 3])
    expect(seen).toEqual([600, 800, 1000])
  })

  it('forgets what was unsubscribed, also from within', async () => {
    const { clock, scheduler } = start()
    let count = 0
    const subscription = scheduler.schedule(function () {
      count += 1
      this.schedule(undefined, 10)
      if (count === 3) subscription.unsubscribe()
    }, 10)
    await clock.runUntil(SECOND_US)
    expect(count).toBe(3)
  })

  it('gives a delay of nothing the millisecond that Node gives it', async () => {
    const { clock, scheduler } = start()
    const seen: number[] = []
    scheduler.schedule(() => seen.push(clock.monotonicMs()), 0)
    await clock.runUntil(SECOND_US)
    expect(seen).toEqual([1])
  })

  it('hands an exception to whoever guards the component', async () => {
    const { clock, scheduler, errors } = start()
    scheduler.schedule(() => {
      throw new Error('in a timer')
    }, 1)
    await clock.runUntil(SECOND_US)
    expect(errors).toEqual([new Error('in a timer')])
  })
})

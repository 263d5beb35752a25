import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import type { ScheduledEvent } from './event-queue.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Node rounds a delay of 0 up to 1 ms; so here, where it also keeps a loop of zero delays from standing still. */
const DELAY_MIN_US = 1000

/** Runs an action, unless its component has died meanwhile; an exception is the component's, not the simulation's. */
export type RunGuarded = (action: () => void) => void

class VirtualAction<State> extends Subscription implements SchedulerAction<State> {
  private event: ScheduledEvent | undefined
  private readonly clock: VirtualClock
  private readonly runGuarded: RunGuarded
  private readonly work: (this: SchedulerAction<State>, state?: State) => void

  constructor(
    clock: VirtualClock,
    runGuarded: RunGuarded,
    work: (this: SchedulerAction<State>, state?: State) => void,
  ) {
    super(() => this.event?.cancel())
    this.clock = clock
    this.runGuarded = runGuarded
    this.work = work
  }

  schedule(state?: State, delayMs = 0): Subscription {
    if (this.closed) return this
    this.event?.cancel()
    const delayUs = Math.max(DELAY_MIN_US, Math.round(delayMs * 1000))
    this.event = this.clock.after(delayUs, () => {
      this.event = undefined
      this.runGuarded(() => this.work.call(this, state))
    })
    return this
  }
}

/** RxJS timers on the virtual clock; `now` is the wall clock, as it is for the schedulers of RxJS. */
export function createVirtualScheduler(clock: VirtualClock, runGuarded: RunGuarded): SchedulerLike {
  return {
    now: () => clock.wallUs() / 1000,
    schedule: <State>(
      work: (this: SchedulerAction<State>, state?: State) => void,
      delayMs?: number,
      state?: State,
    ) => new VirtualAction<State>(clock, runGuarded, work).schedule(state, delayMs),
  }
}

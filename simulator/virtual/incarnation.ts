import type { VirtualClock } from './virtual-clock.ts'
import type { RunGuarded } from './virtual-scheduler.ts'

/** Where in a capability call a process dies: before its effect, or after it but before the caller learns of it. */
export type DeathMoment = 'before' | 'after'

/**
 * One process of one component, from start to death. All that the component does to the world goes through
 * `call` and `runGuarded`; once dead, neither does anything, and no promise of a call ever settles: that is what
 * the rest of the world sees of a killed process.
 */
export interface Incarnation {
  readonly isAlive: boolean
  readonly runGuarded: RunGuarded
  call<T>(effect: () => Promise<T>): Promise<T>
  /** Dies at the n-th capability call from now. */
  doom(callsLeft: number, moment: DeathMoment): void
  /** Stands still for a while, as a process does that is swapped out: what is due for it comes afterwards. */
  stall(durationUs: number): void
  die(cause: string): void
}

export interface IncarnationEvents {
  readonly clock: VirtualClock
  /** Called once, at the death. */
  readonly onDeath: (cause: string) => void
  /** An exception in a timer or a message handler: on Node it would end the process. */
  readonly onUncaught: (error: unknown) => void
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

export function createIncarnation(events: IncarnationEvents): Incarnation {
  let isAlive = true
  const pace = createPace(events.clock, () => isAlive)
  let doom: { callsLeft: number; readonly moment: DeathMoment } | undefined

  const die = (cause: string) => {
    if (!isAlive) return
    isAlive = false
    events.onDeath(cause)
  }
  /** Counts a call down; true when the process dies in this one. */
  const isLastCall = (): boolean => {
    if (doom === undefined) return false
    doom.callsLeft -= 1
    return doom.callsLeft <= 0
  }

  const runGuarded = (action: () => void) => {
    pace.whenRunning(() => {
      try {
        action()
      } catch (error) {
        events.onUncaught(error)
        die('uncaught exception')
      }
    })
  }

  return {
    get isAlive() {
      return isAlive
    },
    runGuarded,
    stall: pace.stall,
    call<T>(effect: () => Promise<T>): Promise<T> {
      if (!isAlive) return never<T>()
      const dies = isLastCall()
      if (dies && doom?.moment === 'before') {
        die('killed before a call')
        return never<T>()
      }
      return new Promise<T>((resolve, reject) => {
        const settle = (deliver: () => void) => {
          if (dies) die('killed after a call')
          pace.whenRunning(deliver)
        }
        effect().then(
          (value) => settle(() => resolve(value)),
          (error: unknown) => settle(() => reject(error)),
        )
      })
    },
    doom(callsLeft, moment) {
      doom = { callsLeft, moment }
    },
    die,
  }
}

/** When a process gets to run: what is due while it stands still comes afterwards, one event after the other. */
function createPace(clock: VirtualClock, isAlive: () => boolean) {
  const backlog: (() => void)[] = []
  let stalledUntilUs = 0
  const goOn = () => {
    const waitUs = stalledUntilUs - clock.nowUs()
    if (waitUs <= 0 && isAlive()) backlog.shift()?.()
    if (isAlive() && backlog.length > 0) clock.after(waitUs, goOn)
  }
  return {
    stall(durationUs: number): void {
      stalledUntilUs = Math.max(stalledUntilUs, clock.nowUs() + Math.ceil(durationUs))
    },
    whenRunning(action: () => void): void {
      const waitUs = stalledUntilUs - clock.nowUs()
      if (waitUs <= 0 && backlog.length === 0) {
        if (isAlive()) action()
        return
      }
      backlog.push(action)
      if (backlog.length === 1) clock.after(waitUs, goOn)
    },
  }
}

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
  die(cause: string): void
}

export interface IncarnationEvents {
  /** Called once, at the death. */
  readonly onDeath: (cause: string) => void
  /** An exception in a timer or a message handler: on Node it would end the process. */
  readonly onUncaught: (error: unknown) => void
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

export function createIncarnation(events: IncarnationEvents): Incarnation {
  let isAlive = true
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

  return {
    get isAlive() {
      return isAlive
    },
    runGuarded(action) {
      if (!isAlive) return
      try {
        action()
      } catch (error) {
        events.onUncaught(error)
        die('uncaught exception')
      }
    },
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
          if (isAlive) deliver()
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

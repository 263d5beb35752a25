import type { ComponentState } from '../../status.ts'

/** What becomes of a component that has failed. */
export interface RetryPolicy {
  /** @returns the pause before the next try in ms, or undefined when the component is given up */
  afterError(error: ComponentError): number | undefined
  /** An installation (NEW) or a start (STARTING) is about to begin. @returns false when it is one too many */
  begins(state: ComponentState, nowMs: number): boolean
  /** The state was left in order. */
  leaves(state: ComponentState): void
  /** Somebody asked for a start, a stop or a restart. */
  asked(): void
  /** The component is installed anew after it was given up. */
  reset(): void
}

export interface ComponentError {
  /** In which the error occurred. */
  readonly state: ComponentState
  readonly nowMs: number
  /** How long its script had run. */
  readonly ranForMs: number
}

export interface RetryLimit {
  readonly tries: number
  readonly withinMs: number
  readonly pauseMs: number
}

/**
 * The Java nucleus: errors are counted for each state in which they occur and forgotten when it is left in order or
 * when the last one lies `withinMs` back; the component is given up at the last of `tries`.
 */
export function limitErrors({ tries, withinMs, pauseMs }: RetryLimit): RetryPolicy {
  const errors = new Map<ComponentState, { readonly count: number; readonly lastMs: number }>()
  return {
    afterError: ({ state, nowMs }) => {
      const earlier = errors.get(state)
      const isContinued = earlier !== undefined && nowMs - earlier.lastMs < withinMs
      const count = isContinued ? earlier.count + 1 : 1
      errors.set(state, { count, lastMs: nowMs })
      return count >= tries ? undefined : pauseMs
    },
    begins: () => true,
    leaves: (state) => void errors.delete(state),
    asked: () => undefined,
    reset: () => errors.clear(),
  }
}

/**
 * systemd, which nucleus lite leaves the restarts to: every failure is followed by another start until there were
 * `tries` starts in an interval that begins with the first (systemd.unit, StartLimitBurst=); the next is refused.
 */
export function limitStarts({ tries, withinMs, pauseMs }: RetryLimit): RetryPolicy {
  const intervals = new Map<ComponentState, { readonly beginMs: number; readonly count: number }>()
  return {
    afterError: () => pauseMs,
    begins: (state, nowMs) => {
      const present = intervals.get(state)
      if (present === undefined || nowMs - present.beginMs >= withinMs) {
        intervals.set(state, { beginMs: nowMs, count: 1 })
        return true
      }
      if (present.count >= tries) return false
      intervals.set(state, { ...present, count: present.count + 1 })
      return true
    },
    leaves: () => undefined,
    asked: () => intervals.clear(),
    reset: () => intervals.clear(),
  }
}

import type { RetryPolicy } from './machine/retry-policy.ts'
import { type LifecycleRules, strictPolicy } from './rules.ts'

/** What happens after a component has failed. */
export interface RestartOptions {
  /** Pause before the first restart. */
  readonly firstMs?: number
  /** The pause doubles with every failure up to this. */
  readonly maxMs?: number
  /** After running this long, a component has recovered: the next failure counts as the first. */
  readonly resetAfterMs?: number
  /** Gives up (BROKEN) as real nuclei do, after so many tries; they have 3. */
  readonly giveUpAfter?: number
}

/** Real nuclei give up much sooner: a rehearsal kills components on purpose and wants them back. */
const DEFAULTS = { firstMs: 250, maxMs: 5000, resetAfterMs: 10_000 } as const

/** Restarts for ever with a growing pause, or as the real nucleus does where `giveUpAfter` is given. */
export function createRestartPolicy(rules: LifecycleRules, options: RestartOptions = {}): RetryPolicy {
  const { giveUpAfter: tries } = options
  if (tries === undefined) return restartForEver(options)
  const { firstMs: pauseMs } = options
  return strictPolicy(rules, { tries, ...(pauseMs === undefined ? {} : { pauseMs }) })
}

function restartForEver(options: RestartOptions): RetryPolicy {
  const { firstMs, maxMs, resetAfterMs } = { ...DEFAULTS, ...options }
  let nextMs = firstMs
  const forget = (): void => {
    nextMs = firstMs
  }
  return {
    afterError: ({ ranForMs }) => {
      if (ranForMs >= resetAfterMs) forget()
      const pauseMs = nextMs
      nextMs = Math.min(maxMs, nextMs * 2)
      return pauseMs
    },
    begins: () => true,
    leaves: (state) => {
      if (state === 'RUNNING') forget()
    },
    asked: forget,
    reset: forget,
  }
}

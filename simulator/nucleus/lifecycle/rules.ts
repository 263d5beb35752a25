import type { FlavourName } from '../flavour.ts'
import type { MachineRules } from './machine/lifecycle-machine.ts'
import { limitErrors, limitStarts, type RetryLimit, type RetryPolicy } from './machine/retry-policy.ts'

/** What the two nuclei do differently with the lifecycles of components, as data. */
export interface LifecycleRules extends MachineRules {
  /** A step with a Skipif that holds does not run; lite does not know the key and runs it. */
  readonly readsSkipif: boolean
  /** Lite knows a step only by its name in small letters. */
  readonly readsAnySpelling: boolean
  /** What real cores do about components that fail. */
  readonly retry: RetryLimit & { readonly counts: 'errors' | 'starts' }
}

const HOUR_MS = 3_600_000

const JAVA: LifecycleRules = {
  steps: ['bootstrap', 'install', 'startup', 'run', 'shutdown', 'recover', 'uninstall'],
  readsSkipif: true,
  readsAnySpelling: true,
  ordersSoft: false,
  awaitsStops: false,
  stopsDependents: false,
  // MAXIMUM_CONTINUAL_ERROR and DEFAULT_ERROR_RESET_TIME_IN_SEC of Lifecycle.java.
  retry: { counts: 'errors', tries: 3, withinMs: HOUR_MS, pauseMs: 0 },
}

const LITE: LifecycleRules = {
  steps: ['bootstrap', 'install', 'startup', 'run'],
  readsSkipif: false,
  readsAnySpelling: false,
  // After= stands beside Wants= as it does beside BindsTo= in the units of recipe2unit.
  ordersSoft: true,
  // After= orders a start behind the stop of the other unit, and behind the start that follows in the same restart.
  awaitsStops: true,
  stopsDependents: true,
  // Restart=on-failure, RestartSec=1, StartLimitBurst=3, StartLimitIntervalSec=3600 of the same units.
  retry: { counts: 'starts', tries: 3, withinMs: HOUR_MS, pauseMs: 1000 },
}

export const lifecycleRulesOf = (flavour: FlavourName): LifecycleRules => (flavour === 'java' ? JAVA : LITE)

/** How a real core of this kind gives up, with another number of tries where one is given. */
export function strictPolicy({ retry }: LifecycleRules, limit: Partial<RetryLimit> = {}): RetryPolicy {
  const limits = { ...retry, ...limit }
  return retry.counts === 'errors' ? limitErrors(limits) : limitStarts(limits)
}

/** What happens after a component's run step has failed. */
export interface RestartOptions {
  /** Pause before the first restart. */
  readonly firstMs?: number
  /** The pause doubles with every failure up to this. */
  readonly maxMs?: number
  /** After running this long, a component has recovered: the next failure counts as the first. */
  readonly resetAfterMs?: number
  /** Gives up (BROKEN) on this failure, if each came within an hour of the one before; real nuclei use 3. */
  readonly giveUpAfter?: number
}

export interface RestartPolicy {
  /** @returns the pause before the next start, or undefined when the component is to be given up */
  afterFailure(nowMs: number, ranForMs: number): number | undefined
  /** Forgets the failures so far. */
  reset(): void
}

/** Real nuclei give up much sooner: a rehearsal kills components on purpose and wants them back. */
const DEFAULTS = { firstMs: 250, maxMs: 5000, resetAfterMs: 10_000 } as const
const HOUR_MS = 3_600_000

export function createRestartPolicy(options: RestartOptions = {}): RestartPolicy {
  const { firstMs, maxMs, resetAfterMs } = { ...DEFAULTS, ...options }
  const giveUpAfter = options.giveUpAfter ?? Number.POSITIVE_INFINITY
  let nextMs = firstMs
  let failureCount = 0
  let lastFailureMs = Number.NEGATIVE_INFINITY
  return {
    afterFailure: (nowMs, ranForMs) => {
      failureCount = nowMs - lastFailureMs <= HOUR_MS ? failureCount + 1 : 1
      lastFailureMs = nowMs
      if (failureCount >= giveUpAfter) return undefined
      if (ranForMs >= resetAfterMs) nextMs = firstMs
      const pauseMs = nextMs
      nextMs = Math.min(maxMs, nextMs * 2)
      return pauseMs
    },
    reset: () => {
      nextMs = firstMs
      failureCount = 0
    },
  }
}

import type { Busy } from './host.ts'

/** How long a component may hold up an update: a large erasure or backup, not a deployment that never ends. */
export const DEFER_MS_MAX = 300_000

/** Most reasons are gone within one synchronous write. */
export const DEFER_RECHECK_MS = 500

/** What to tell a nucleus that is about to update the core. */
export interface DeferralAnswer {
  /** 0: go ahead. */
  readonly recheckAfterMs: number
  readonly reason: string | undefined
}

/** Gathers what a component is busy with, and says how long an update has to wait for it. Both hosts answer by it. */
export class UpdateDeferral {
  readonly #nowMs: () => number
  readonly #reasons: Busy[] = []
  #asked: { readonly deployment: string; readonly sinceMs: number } | undefined

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** See `Lifecycle.busy`. */
  busy(why: Busy): void {
    this.#reasons.push(why)
  }

  /** @param deployment whoever asks again for the same one has waited since it asked first */
  answer(deployment: string): DeferralAnswer {
    const nowMs = this.#nowMs()
    if (this.#asked?.deployment !== deployment) this.#asked = { deployment, sinceMs: nowMs }
    const waitedMs = nowMs - this.#asked.sinceMs
    const reason = this.#reasons.map((why) => why(waitedMs)).find((text) => text !== undefined)
    const recheckAfterMs =
      reason === undefined ? 0 : Math.max(0, Math.min(DEFER_RECHECK_MS, DEFER_MS_MAX - waitedMs))
    return { recheckAfterMs, reason }
  }
}

import * as z from 'zod'

/** What a rule has counted since it was first deployed; part of the state, so exact over a restart. */
export const RuleCounters = z.object({
  evaluated: z.number(),
  matched: z.number(),
  /** Evaluations and actions that could not be made. */
  failed: z.number(),
})
export type RuleCounters = z.output<typeof RuleCounters>

export const createRuleCounters = (): RuleCounters => ({ evaluated: 0, matched: 0, failed: 0 })

/** One evaluation, for people who ask why a rule fired or did not. */
export interface Evaluation {
  readonly key: string
  readonly timeUs: number
  readonly value: number | boolean | string | null
  readonly isMatch: boolean
  /** Why an action could not be made. */
  readonly reason?: string
}

/** Evaluations of each kind that are kept: what fits on a screen. */
const KEPT = 8

/** The last matches, the last that were none, and the last failures, each oldest first; in memory alone. */
export class RuleTrail {
  readonly #kept: Record<'matches' | 'misses' | 'failures', Evaluation[]> = {
    matches: [],
    misses: [],
    failures: [],
  }

  note(evaluation: Evaluation): void {
    const list =
      this.#kept[evaluation.reason !== undefined ? 'failures' : evaluation.isMatch ? 'matches' : 'misses']
    if (list.length === KEPT) list.shift()
    list.push(evaluation)
  }

  evaluations(): Readonly<Record<'matches' | 'misses' | 'failures', readonly Evaluation[]>> {
    return this.#kept
  }
}

import type { IntakeRefusal } from '../../shared/contract/commit.ts'

/** What becomes of samples when the outbox fills up. */
export type Policy = 'block' | 'shed'

/**
 * The least important sources are given up at half, the most important at 95 % of the outbox: each step of priority
 * is 5 %. Below half, a spill is doing what it is for.
 */
const FIRST_SHARE = 0.5
const SHARE_PER_PRIORITY = 0.05
const PRIORITY_MAX = 9

/** An episode ends this much below where it began, so that it does not flicker. */
const RELIEF_SHARE = 0.05

export const shedAbove = (priority: number): number =>
  FIRST_SHARE + (PRIORITY_MAX - priority) * SHARE_PER_PRIORITY

/** Whether the historian takes nothing of sources that are so important and no more. */
export const isRefused = (priority: number, refusal: IntakeRefusal | undefined): boolean =>
  refusal?.of === 'priorities' && priority > (refusal.abovePriority ?? PRIORITY_MAX)

/** Decides for one source whether its samples are given up. */
export interface Shedder {
  /** `begins` and `ends` mark the edges of an episode. */
  judge(
    pressure: number,
    refusal?: IntakeRefusal,
  ): { readonly isShedding: boolean; readonly edge: 'begins' | 'ends' | undefined }
}

export function createShedder(policy: Policy, priority: number): Shedder {
  let isShedding = false
  return {
    judge(pressure, refusal) {
      if (policy === 'block') return { isShedding: false, edge: undefined }
      const limit = shedAbove(priority) - (isShedding ? RELIEF_SHARE : 0)
      const was = isShedding
      isShedding = pressure >= limit || isRefused(priority, refusal)
      return { isShedding, edge: was === isShedding ? undefined : isShedding ? 'begins' : 'ends' }
    },
  }
}

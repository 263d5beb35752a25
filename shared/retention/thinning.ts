import { type DiskLevel, diskLevelOf, isAtLeast, shareOf } from './disk-level.ts'
import type { RetentionDecision } from './precedence.ts'

/** A piece of data that could go, with what `decideRetention` says of it. */
export interface ThinningCandidate {
  readonly id: string
  readonly decision: RetentionDecision
  /** `termStartUs` of the data: the oldest goes first. */
  readonly startUs: number
  readonly freesBytes: number
}

export interface DiskUse {
  /** Without the reserve. */
  readonly usedBytes: number
  readonly budgetBytes: number
  /** Of the bytes in use those that have gone since, in the same run: the level stays that at which it began. */
  readonly freedBytes?: number
  /** Each level ends so much below the share at which it begins, so that there is no run for every few bytes. */
  readonly marginShare?: number
  /** Priorities of intake in use, a larger number being more important. */
  readonly priorities?: readonly number[]
}

export interface Drop {
  readonly id: string
  /** `roll-up`: raw samples go, and rollups of them stay; `erase`: they would have to go anyway. */
  readonly action: 'erase' | 'drop' | 'roll-up'
  /** The level at which it was its turn. */
  readonly level: DiskLevel
  readonly freesBytes: number
}

export type Intake =
  | { readonly kind: 'all' }
  /** What has a lower priority is refused. */
  | { readonly kind: 'by-priority'; readonly refuseBelow: number }
  | { readonly kind: 'stop-intake'; readonly reason: string }

export interface ThinningDecision {
  readonly level: DiskLevel
  readonly alarm: 'none' | 'warning' | 'critical'
  /** In the order in which to carry them out. */
  readonly drops: readonly Drop[]
  readonly intake: Intake
  /** Share of the budget that nothing may drop: duties, holds, and what is not among the candidates. */
  readonly heldShare: number
  readonly reasons: readonly string[]
}

/**
 * What goes when the disk fills, and in what order: what must go anyway; what has served its duty; raw data to rollups;
 * the rest without a duty. Each step ends below the share at which it began, except the first, which takes all. Data
 * under a duty or a hold is never dropped: when only that is left, intake stops.
 */
export function decideThinning(use: DiskUse, candidates: readonly ThinningCandidate[]): ThinningDecision {
  const { usedBytes, budgetBytes } = use
  const usedShare = budgetBytes > 0 ? usedBytes / budgetBytes : 1
  const level = diskLevelOf(usedShare)
  const droppable = candidates.filter(({ decision }) => decision.dropAt !== undefined)
  const drops = selectDrops(use, level, droppable)
  const freesBytes = (use.freedBytes ?? 0) + drops.reduce((sum, drop) => sum + drop.freesBytes, 0)
  const droppableBytes = droppable.reduce((sum, each) => sum + each.freesBytes, 0)
  const shareAfter = budgetBytes > 0 ? (usedBytes - freesBytes) / budgetBytes : 1
  const heldShare = budgetBytes > 0 ? Math.max(0, usedBytes - droppableBytes) / budgetBytes : 1
  const intake = decideIntake(usedShare, shareAfter, use.priorities ?? [])
  const isHeld = heldShare >= shareOf('warn')
  return {
    level,
    alarm: isAtLeast(level, 'refuse') ? 'critical' : isAtLeast(level, 'warn') ? 'warning' : 'none',
    drops,
    intake,
    heldShare,
    reasons: [
      ...(level === 'normal' ? [] : [`${percent(usedShare)} of the disk budget is used`]),
      ...(isHeld
        ? [
            `${percent(heldShare)} is under a duty or a hold and cannot be dropped: intake will stop, add room`,
          ]
        : []),
      ...(intake.kind === 'stop-intake' ? [intake.reason] : []),
    ],
  }
}

/** In the order in which they go; a level stops below the share at which it began. */
function selectDrops(
  { usedBytes, budgetBytes, freedBytes = 0, marginShare = 0 }: DiskUse,
  level: DiskLevel,
  droppable: readonly ThinningCandidate[],
): Drop[] {
  const drops: Drop[] = []
  let leftBytes = usedBytes - freedBytes
  const oldestFirst = [...droppable].sort(
    (left, right) => left.startUs - right.startUs || (left.id < right.id ? -1 : 1),
  )
  const mustReduce = ({ decision }: ThinningCandidate) => decision.verdict === 'must-reduce'
  const isDue = (each: ThinningCandidate) => each.decision.verdict === 'must-erase' || mustReduce(each)
  const take = (at: DiskLevel, which: (each: ThinningCandidate) => boolean, takesAll: boolean) => {
    if (!isAtLeast(level, at)) return
    for (const each of oldestFirst.filter(which)) {
      if (!takesAll && leftBytes < (shareOf(at) - marginShare) * budgetBytes) return
      const isReduced = mustReduce(each) || at === 'thin'
      const action = isReduced ? 'roll-up' : isDue(each) ? 'erase' : 'drop'
      drops.push({ id: each.id, action, level: at, freesBytes: each.freesBytes })
      leftBytes -= each.freesBytes
    }
  }
  take('drop-expired', isDue, true)
  for (const at of ['drop-expired', 'thin', 'refuse'] as const) {
    take(at, (each) => !isDue(each) && each.decision.dropAt === at, false)
  }
  return drops
}

/** The last shares of the budget are for what matters most, and for the audit records of all this. */
function decideIntake(usedShare: number, shareAfter: number, priorities: readonly number[]): Intake {
  const refuseFrom = shareOf('refuse')
  if (usedShare < refuseFrom) return { kind: 'all' }
  if (shareAfter >= refuseFrom) {
    const reason = `only data under a duty or a hold is left at ${percent(shareAfter)} of the disk budget`
    return { kind: 'stop-intake', reason }
  }
  if (usedShare >= 1) {
    return { kind: 'stop-intake', reason: 'the disk budget is used up until the drops are carried out' }
  }
  const ladder = [...new Set(priorities)].sort((left, right) => left - right)
  // The lowest at 95 %, one more for each part of the way to 100 %; the highest only when intake stops.
  const steps = 1 + Math.floor(((usedShare - refuseFrom) / (1 - refuseFrom)) * (ladder.length - 1))
  const refuseBelow = ladder[Math.min(steps, ladder.length - 1)]
  return refuseBelow === undefined ? { kind: 'all' } : { kind: 'by-priority', refuseBelow }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

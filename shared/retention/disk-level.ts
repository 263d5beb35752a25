import type { StoredData } from './stored-data.ts'

export type DiskLevel = 'normal' | 'warn' | 'drop-expired' | 'thin' | 'refuse'

export interface DiskStep {
  readonly level: DiskLevel
  /** Of the budget: at this share and above. */
  readonly fromShare: number
  readonly does: string
}

/** Each level does what those above it in the table do, too. */
export const DISK_STEPS: readonly DiskStep[] = [
  { level: 'normal', fromShare: 0, does: 'nothing' },
  { level: 'warn', fromShare: 0.8, does: 'raises an alarm' },
  {
    level: 'drop-expired',
    fromShare: 0.85,
    does: 'erases at once what must go, then drops what has served its duty',
  },
  { level: 'thin', fromShare: 0.9, does: 'reduces raw data without a duty to rollups' },
  { level: 'refuse', fromShare: 0.95, does: 'drops the rest without a duty, and refuses intake by priority' },
]

export const shareOf = (level: DiskLevel): number =>
  DISK_STEPS.find((step) => step.level === level)?.fromShare ?? 0

/** The level of a used share of the budget, 0 to 1 and beyond. */
export const diskLevelOf = (usedShare: number): DiskLevel =>
  DISK_STEPS.findLast(({ fromShare }) => usedShare >= fromShare)?.level ?? 'normal'

export const isAtLeast = (level: DiskLevel, other: DiskLevel): boolean => shareOf(level) >= shareOf(other)

/** From which level on data that nothing holds may be dropped: what had a duty has served it, so it goes first. */
export function dropLevelOf(form: StoredData['form'], hasServedDuty: boolean): DiskLevel {
  if (hasServedDuty) return 'drop-expired'
  return form === 'raw' ? 'thin' : 'refuse'
}

/** Of the disk, in a file that is given up when deletions need room to write. */
const RESERVE_SHARE = 0.05

export interface DiskBudget {
  readonly reserveBytes: number
  /** What the levels are shares of. */
  readonly budgetBytes: number
}

/** A full LevelDB takes no deletion either, so room for two of its largest compactions stays free. */
export function diskBudget(capacityBytes: number, largestCompactionBytes: number): DiskBudget {
  const reserveBytes = Math.min(
    capacityBytes,
    Math.ceil(capacityBytes * RESERVE_SHARE) + 2 * largestCompactionBytes,
  )
  return { reserveBytes, budgetBytes: capacityBytes - reserveBytes }
}

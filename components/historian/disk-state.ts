import type { StoreSpace } from '../../shared/component/host.ts'
import { type DiskLevel, diskBudget, shareOf } from '../../shared/retention/disk-level.ts'
import { explainForecast } from '../../shared/retention/explain.ts'
import { type DiskSample, forecastFull } from '../../shared/retention/forecast.ts'
import { decideThinning, type ThinningDecision } from '../../shared/retention/thinning.ts'
import type { HistorianConfig } from './config.ts'

/** How full the disk is, by the budget. */
export interface DiskState {
  readonly usedBytes: number
  readonly budgetBytes: number
  readonly share: number
  readonly level: DiskLevel
  readonly alarm: ThinningDecision['alarm']
  readonly warnShare: number
  /** For people: how full, until when. */
  readonly text: string
}

/**
 * Without `diskBytesMax` the budget is what the store takes and what is free beside it; with it no more than that, for
 * others may have taken the rest.
 */
export function diskStateOf(
  { usedBytes, freeBytes }: StoreSpace,
  {
    diskBytesMax = Number.POSITIVE_INFINITY,
    diskReserve,
  }: Pick<HistorianConfig, 'diskBytesMax' | 'diskReserve'>,
  observed: readonly DiskSample[],
): DiskState {
  const capacityBytes = Math.min(diskBytesMax, usedBytes + freeBytes)
  const { budgetBytes } = diskBudget(capacityBytes, diskReserve / 2)
  const decision = decideThinning({ usedBytes, budgetBytes }, [])
  // What was observed is what is stored, without what the engine takes beside it.
  const roomBytes = budgetBytes - usedBytes
  const forecast = forecastFull(observed, (observed.at(-1)?.usedBytes ?? 0) + roomBytes)
  const share = budgetBytes > 0 ? usedBytes / budgetBytes : 1
  return {
    usedBytes,
    budgetBytes,
    share,
    level: decision.level,
    alarm: decision.alarm,
    warnShare: shareOf('warn'),
    text: `${Math.round(share * 1000) / 10} % of the disk budget of the store is used; ${explainForecast(forecast)}`,
  }
}

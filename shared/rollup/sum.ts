import type { RollupCells } from './cells.ts'

/** Stores a sum as the double nearest to it and the rest, so that equal sums are equal bits as long as both are exact. */
export function settleSum(
  cells: Pick<RollupCells, 'sum' | 'sumLow'>,
  at: number,
  high: number,
  low: number,
): void {
  const sum = high + low
  const share = sum - high
  const rest = high - (sum - share) + (low - share)
  // An infinite sum would mean something else to who adds one of the other sign.
  const isHeld = sum - sum === 0 && rest - rest === 0
  cells.sum[at] = isHeld ? sum + 0 : Number.NaN
  cells.sumLow[at] = isHeld ? rest + 0 : 0
}

/** Adds a sum to that of a cell. */
export function addSums(
  cells: Pick<RollupCells, 'sum' | 'sumLow'>,
  at: number,
  high: number,
  low: number,
): void {
  const before = cells.sum[at] as number
  const sum = before + high
  const share = sum - before
  const error = before - (sum - share) + (high - share)
  settleSum(cells, at, sum, (cells.sumLow[at] as number) + low + error)
}

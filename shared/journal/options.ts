import type { DamagedPlace } from './damage.ts'
import type { SealLimits } from './limits.ts'

export interface JournalOptions {
  /** Called once for each damaged frame or chunk that a read came upon and skipped. */
  readonly onDamage?: (place: DamagedPlace, reason: string) => void
  /** Samples that one range read holds in memory at most, twice over while it sorts. */
  readonly blockSamplesMax?: number
  readonly sealLimits?: SealLimits
  /**
   * When what is appended now was received, microseconds since 1970 UTC (`receiptUs` of the trusted time). Without it the
   * terms of the law run from the times of the samples alone.
   */
  readonly receivedUs?: () => number
}

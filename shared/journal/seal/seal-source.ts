import type { KeyValueStore } from '../../store/store.ts'
import type { DamageReport } from '../damage.ts'
import type { SealLimits } from '../limits.ts'
import type { JournalState } from '../state.ts'

/** What sealing needs of an open journal. */
export interface SealSource {
  readonly store: KeyValueStore
  readonly damage: DamageReport
  readonly state: JournalState
  readonly limits: SealLimits
}

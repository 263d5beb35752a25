import type { Journal } from '../journal/journal.ts'
import type { LawKeeper } from './law-keeper.ts'

/** What a run of retention works on. */
export interface RetentionParts {
  readonly journal: Journal
  readonly keeper: LawKeeper
  /** Who does it, for the audit trail. */
  readonly who: string
  readonly signal?: AbortSignal
  /** Goes through the records of the log, too: all of them, so not every time. */
  readonly isWithRecords: boolean
}

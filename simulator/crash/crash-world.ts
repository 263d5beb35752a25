import type { Journal } from '../../shared/journal/journal.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'

/** What the process that is killed works on. */
export interface CrashWorld {
  readonly journal: Journal
  readonly openBackup: () => Promise<KeyValueStore>
  readonly wallUs: () => number
}

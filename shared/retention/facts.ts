import type { DiskLevel } from './disk-level.ts'
import type { ErasureRequest } from './erasure.ts'
import type { StoredData } from './stored-data.ts'

/** The data and what presses on it. */
export interface RetentionFacts {
  readonly data: StoredData
  /** All of the site; those on other subjects change nothing. */
  readonly erasures: readonly ErasureRequest[]
  readonly diskLevel: DiskLevel
}

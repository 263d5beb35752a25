import type { LawConfig } from './config.ts'

/** The law as it was in force from a time on, until the next version. */
export interface LawVersion {
  /** 1 for the first; stored beside data, it tells which law was in force when the data came. */
  readonly revision: number
  /** Microseconds since 1970 UTC; never before the version before. For people: what counts is the revision. */
  readonly fromUs: number
  readonly law: LawConfig
}

/** Every law that a store has had, oldest first: plain JSON, to be stored with the data that it rules. */
export type PolicyHistory = readonly LawVersion[]

import type { Aggregate } from '../aggregate/aggregate.ts'

/** A window that is being filled, or that has answered and may still be revised. */
export interface OpenWindow {
  readonly startUs: number
  readonly aggregate: Aggregate
  /** Of the last answer; -1 before the first. */
  revision: number
  /** Samples came since the last answer. */
  isDirty: boolean
  /** On the list of changes for the next checkpoint. */
  isNoted: boolean
  /** In an earlier checkpoint. */
  isSaved: boolean
}

/** Whose windows they are. */
export interface SeriesName {
  readonly tag: string
  readonly name: string
}

import type { Json } from '../bytes/json.ts'

/** Samples that may decide: good or uncertain, finite, times not falling, none older than one judged before. */
export interface Samples {
  readonly timesUs: Float64Array
  /** Booleans as 0 and 1. */
  readonly values: Float64Array | Uint8Array
  readonly count: number
}

/** What a detector found at one instant, while its condition holds and once when it ends. */
export interface Finding {
  readonly isActive: boolean
  readonly timeUs: number
  readonly sinceUs?: number
  readonly value: number | null
  readonly limit: number | null
  /** How bad, on a scale of the detector's own. */
  readonly excess?: number
  readonly note?: string
}
export type FindingSink = (finding: Finding) => void

/**
 * One detection on one tag: a pure machine over samples in the order of event time. What it finds is a function of
 * the samples alone, however they are cut into calls.
 */
export interface Detector {
  /** @returns whether the state that `write` gives has changed */
  take(samples: Samples, found: FindingSink): boolean
  /** Small JSON, from which `restore` goes on to the bit. */
  write(): Json
  /** @throws ZodError when it is none of `write` */
  restore(state: unknown): void
  /** One sentence on why it holds or not, after this sample. */
  describe(timeUs: number, value: number): string
}

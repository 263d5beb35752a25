/** Figures of the whole journal, written with every batch: they are the same after any death. */
export interface JournalTotals {
  readonly frames: number
  readonly frameBytes: number
  readonly samples: number
  /** Of them those that the law has let go. */
  readonly removedSamples: number
  /** Repeated ones included. */
  readonly records: number
  /** Summary records with distinct identities. */
  readonly summaries: number
  /** Samples in frames that were held already and dropped; durable with the next frame that is stored. */
  readonly duplicateSamples: number
}

export const NO_TOTALS: JournalTotals = {
  frames: 0,
  frameBytes: 0,
  samples: 0,
  removedSamples: 0,
  records: 0,
  summaries: 0,
  duplicateSamples: 0,
}

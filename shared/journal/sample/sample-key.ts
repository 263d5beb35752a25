/** Where a sample stands in the order of a range read: time, then log position, then place within its frame. */
export interface SampleKey {
  readonly timeUs: number
  readonly lsn: number
  /** Counts the samples of this tag within the frame. */
  readonly index: number
}

/** Before every sample at or after a time. */
export const keyBefore = (timeUs: number): SampleKey => ({ timeUs, lsn: 0, index: -1 })

/** Below zero when a sample stands before a key. */
export const compareToKey = (timeUs: number, lsn: number, index: number, key: SampleKey): number =>
  timeUs - key.timeUs || lsn - key.lsn || index - key.index

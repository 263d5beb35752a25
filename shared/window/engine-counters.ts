import type { WindowPane, Withdrawal } from './pane.ts'

/** Cumulative, and part of the state: exact over a restart. */
export interface WindowEngineCounters {
  /** Answers on time, and first answers that came late. */
  emitted: number
  /** Answers that replaced one, after the watermark. */
  revised: number
  /** Answers before the watermark. */
  early: number
  withdrawn: number
  lateSamples: number
  quarantinedSamples: number
  /** Samples, one for each window, that would have needed more room than the bounds leave. */
  refusedSamples: number
}

/** What an engine holds now, and what its bounds cost so far. */
export interface EngineGauges {
  readonly keys: number
  readonly openWindows: number
  readonly bufferedSamples: number
  /** Windows that became final before their time because the bound was reached. */
  readonly closedEarly: number
  /** Samples that took effect before their time because the bound was reached. */
  readonly forcedSamples: number
  /** Watermarks that went back: ignored. */
  readonly regressed: number
}

export const noneCounted = (): WindowEngineCounters => ({
  emitted: 0,
  revised: 0,
  early: 0,
  withdrawn: 0,
  lateSamples: 0,
  quarantinedSamples: 0,
  refusedSamples: 0,
})

export function countAnswers(
  counters: WindowEngineCounters,
  panes: readonly WindowPane[],
  withdrawn: readonly Withdrawal[],
): void {
  for (const { revision, timing } of panes) {
    if (timing === 'EARLY') counters.early++
    else if (timing === 'LATE' && revision > 0) counters.revised++
    else counters.emitted++
  }
  counters.withdrawn += withdrawn.length
}

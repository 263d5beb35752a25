import type { ProducerState, TagState } from './tag-state.ts'

/** Cumulative, and part of the state: exact over a restart. */
export interface WindowCounters {
  /** First answers. */
  emitted: number
  /** Answers with a revision above 0. */
  revised: number
  lateSamples: number
  quarantinedSamples: number
  /** Samples, one for each window, that would have needed more room than the bounds leave. */
  refusedSamples: number
}

export interface EngineState {
  readonly producers: Map<string, ProducerState>
  readonly tags: Map<string, TagState>
  readonly counters: WindowCounters
  /** For the next checkpoint. */
  readonly changedTags: Set<TagState>
}

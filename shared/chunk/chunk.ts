import type { Column } from '../frame/frame.ts'

/** Samples of one tag and one kind of value in order of time, with what tells their order of arrival. */
export interface ChunkColumn {
  readonly column: Column
  /** Log position of the frame that brought each sample, as far as it matters; see `Chunk`. */
  readonly lsns: Float64Array
  /** Place of each sample among those of its tag in that frame, as far as it matters. */
  readonly indexes: Uint32Array
}

/** When samples came, and under which law: what decides how long they stay. Times are microseconds since 1970 UTC. */
export interface Receipt {
  /** Not after the first of them came; whole seconds. */
  readonly fromUs: number
  /** Not before the last of them came; whole seconds. 0 for both where nobody took the time. */
  readonly toUs: number
  /** The revision of the law in force when the first came; 0 before any. */
  readonly lawRevision: number
}

/**
 * Samples of one tag, sealed for years: what frames brought, sorted by time, then by order of arrival.
 *
 * Log position and index are kept of samples that share their time with a neighbour, and of the first and the last;
 * of all others they say nothing of the order, and are `fromLsn` and 0.
 */
export interface Chunk {
  readonly tag: string
  /** The samples came in frames from this log position … */
  readonly fromLsn: number
  /** … to this one; others may lie between. */
  readonly toLsn: number
  readonly receipt: Receipt
  /** One for each kind of value that the tag had. */
  readonly columns: readonly ChunkColumn[]
}

/** What a store needs to know of a chunk without decoding it. */
export interface ChunkSummary {
  readonly tag: string
  readonly fromLsn: number
  readonly toLsn: number
  readonly receipt: Receipt
  readonly sampleCount: number
  readonly minTimeUs: number
  readonly maxTimeUs: number
}

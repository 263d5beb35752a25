import type { Problem } from './problem.ts'

/** What was checked of a journal, and what is wrong with it. */
export interface JournalVerification {
  readonly frames: number
  readonly chunks: number
  /** Rollups that are left of chunks whose samples are gone. */
  readonly reductions: number
  readonly samples: number
  /** Leaves of the Merkle log, and its root in hexadecimal digits. */
  readonly leaves: number
  readonly rootHash: string
  /** Frames from before there were proofs. */
  readonly unproven: number
  /** Frames, chunks and leaves that an earlier repair found damaged; they are kept apart and no problem any more. */
  readonly quarantined: number
  /** The first thousand. */
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

import type { JournalVerification } from '../verify/verification.ts'

/** What repair has made of a damaged journal. */
export interface RepairReport {
  /** Of the journal that it left, which was verified. */
  readonly verified: JournalVerification
  /** What was put aside; the first thousand. */
  readonly quarantined: readonly { readonly where: string; readonly what: string }[]
  readonly quarantinedCount: number
  /** Samples that are not there any more. */
  readonly losses: readonly TagLoss[]
  /** What was made anew from what is stored, such as "the totals". */
  readonly rebuilt: readonly string[]
  readonly proof: {
    /** True when the leaves have the root that was stored: all of them are the ones that were written. */
    readonly isProven: boolean
    /** Root that was stored, in hexadecimal digits; empty when it was damaged. */
    readonly rootHashBefore: string
    /** Leaves that were computed again from the frame or chunk that they are of. */
    readonly restored: number
    /** Leaves that are lost with what they were of; zeros stand in their place. */
    readonly lost: number
  }
}

export interface TagLoss {
  readonly tag: string
  /** Inclusive, microseconds; undefined where it is not known. */
  readonly fromUs: number | undefined
  readonly toUs: number | undefined
  /** Undefined where it is not known. */
  readonly samples: number | undefined
}

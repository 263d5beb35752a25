import type { DiskLevel } from './disk-level.ts'

/** `must-reduce`: the samples go and their rollup stays. */
export type Verdict = 'keep' | 'may-delete' | 'must-reduce' | 'must-erase'

export type RetentionRule =
  | 'legal-hold'
  | 'keep-at-least'
  | 'erasure-request'
  | 'keep-at-most'
  | 'keep-raw-at-most'
  | 'disk-pressure'
  | 'otherwise'

export interface PrecedenceRow {
  readonly rule: RetentionRule
  readonly when: string
  readonly verdict: Verdict
}

/** The first rule that applies decides; `decideRetention` goes through this table and has no other order. */
export const PRECEDENCE: readonly PrecedenceRow[] = [
  { rule: 'legal-hold', when: 'a hold in force names the data', verdict: 'keep' },
  { rule: 'keep-at-least', when: 'the duty to keep it is not surely over', verdict: 'keep' },
  {
    rule: 'erasure-request',
    when: 'the person it is about has asked for its erasure',
    verdict: 'must-erase',
  },
  { rule: 'keep-at-most', when: 'it has reached the age at which it must go', verdict: 'must-erase' },
  {
    rule: 'keep-raw-at-most',
    when: 'raw samples have reached the age at which only rollups of them may stay',
    verdict: 'must-reduce',
  },
  { rule: 'disk-pressure', when: 'the disk is so full that data of its kind may go', verdict: 'may-delete' },
  { rule: 'otherwise', when: 'nothing of the above', verdict: 'keep' },
]

/** Why a rule applies, in a sentence. */
export interface RetentionReason {
  readonly rule: RetentionRule
  readonly text: string
}

export interface RetentionDecision {
  readonly verdict: Verdict
  /** When the verdict may change by itself, microseconds since 1970 UTC; undefined where it needs a person, or nothing is due. */
  readonly untilUs?: number
  /** The deciding rule, then the others that apply. */
  readonly reasons: readonly RetentionReason[]
  /** Kept although its subject asked for erasure: nobody may use it for anything but the duty (GDPR, articles 17(3) and 18). */
  readonly isRestricted: boolean
  /** Kept although it has reached its `keepAtMost`: to be reported daily. */
  readonly isOverdue: boolean
  /** The disk level at which it may be dropped; undefined while a duty or a hold keeps it. */
  readonly dropAt?: DiskLevel
}

import type { HoldScope } from '../retention/holds.ts'

/** Whoever gives an order says who and why: both stand in the audit trail for good. */
export interface Person {
  readonly by: string
  readonly reason: string
}

export interface HoldTask extends Person {
  readonly id: string
  readonly scope: HoldScope
}

export interface LiftTask extends Person {
  readonly id: string
}

export interface ErasureTask extends Person {
  readonly id: string
  readonly subject: string
  /** Data that began later is not meant. */
  readonly untilUs: number
}

export interface WithdrawTask extends Person {
  readonly id: string
}

import type { AlarmValue, Severity } from './change.ts'

/** How one alarm stands, for lists and for people. */
export interface StandingAlarm {
  readonly rule: string
  readonly key: string
  /** The condition holds now, whether announced or not. */
  readonly isActive: boolean
  /** Raised for whoever reads the notices, and not cleared. */
  readonly isRaised: boolean
  readonly isAcknowledged: boolean
  /** Undefined while it is not shelved. */
  readonly shelvedUntilUs: number | undefined
  readonly severity: Severity
  readonly text: string | undefined
  readonly sinceUs: number
  readonly timeUs: number
  readonly value: AlarmValue
  readonly limit: number | null
}

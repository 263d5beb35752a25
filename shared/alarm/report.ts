import type { AlarmValue, Severity } from './change.ts'

/** What a rule says of its alarm's condition at one instant; said for every judged sample while it holds. */
export interface AlarmReport {
  readonly rule: string
  /** Tag, or whatever a rule of SQL groups by. */
  readonly key: string
  readonly isActive: boolean
  /** Event time of what was judged. Reports that are older than the last one of the alarm are ignored. */
  readonly timeUs: number
  /** When the condition began; `timeUs` of the first report that says so, unless given. */
  readonly sinceUs?: number
  readonly value: AlarmValue
  readonly limit?: number | null
  /** How bad it is, on any scale of the rule's own, 0 or more: what "grows worse" is measured by. */
  readonly excess?: number
  readonly severity: Severity
  readonly text?: string | undefined
  readonly note?: string | undefined
  /** Stays raised until it is acknowledged. */
  readonly latched?: boolean
  /** Least event time between a clearing and the next raising. */
  readonly reraiseAfterUs?: number
  /** Least event time between two notices that it grew worse. */
  readonly updateEveryUs?: number
}

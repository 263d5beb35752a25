import * as z from 'zod'
import { PastInstant } from '../checkpoint/past-instant.ts'
import { type AlarmValue, Severity } from './change.ts'
import type { StandingAlarm } from './standing.ts'

/** All that is known of the alarm of one (rule, key). Times are -Infinity for "never". */
export interface AlarmEntry {
  readonly rule: string
  readonly key: string
  /** Number of the next change. */
  n: number
  /** The condition holds, by the newest report. */
  isActive: boolean
  /** Readers of the notices take it for raised. */
  isRaised: boolean
  isAcknowledged: boolean
  shelvedUntilUs: number
  /** The newest report. */
  timeUs: number
  sinceUs: number
  value: AlarmValue
  limit: number | null
  excess: number
  severity: Severity
  text: string | undefined
  note: string | undefined
  latched: boolean
  reraiseAfterUs: number
  updateEveryUs: number
  /** The last notice that said how bad it is. */
  noticeUs: number
  noticeExcess: number
  noticeSeverity: Severity
  /** When the condition ended that the last `cleared` spoke of. */
  clearedUs: number
}

export const createEntry = (rule: string, key: string, n: number): AlarmEntry => ({
  rule,
  key,
  n,
  isActive: false,
  isRaised: false,
  isAcknowledged: false,
  shelvedUntilUs: Number.NEGATIVE_INFINITY,
  timeUs: Number.NEGATIVE_INFINITY,
  sinceUs: Number.NEGATIVE_INFINITY,
  value: null,
  limit: null,
  excess: 0,
  severity: 'warning',
  text: undefined,
  note: undefined,
  latched: false,
  reraiseAfterUs: 0,
  updateEveryUs: 0,
  noticeUs: Number.NEGATIVE_INFINITY,
  noticeExcess: 0,
  noticeSeverity: 'warning',
  clearedUs: Number.NEGATIVE_INFINITY,
})

export const isShelved = ({ shelvedUntilUs }: AlarmEntry): boolean =>
  shelvedUntilUs !== Number.NEGATIVE_INFINITY

/** Nothing that anybody waits for; only the number and the time of the last clearing would be lost with it. */
export const isIdle = (entry: AlarmEntry): boolean => !(entry.isActive || entry.isRaised || isShelved(entry))

export const standingOf = (entry: AlarmEntry): StandingAlarm => ({
  rule: entry.rule,
  key: entry.key,
  isActive: entry.isActive,
  isRaised: entry.isRaised,
  isAcknowledged: entry.isAcknowledged,
  shelvedUntilUs: isShelved(entry) ? entry.shelvedUntilUs : undefined,
  severity: entry.severity,
  text: entry.text,
  sinceUs: entry.sinceUs,
  timeUs: entry.timeUs,
  value: entry.value,
  limit: entry.limit,
})

const Optional = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined)

const EntryText = z.object({
  rule: z.string(),
  key: z.string(),
  n: z.number(),
  isActive: z.boolean(),
  isRaised: z.boolean(),
  isAcknowledged: z.boolean(),
  shelvedUntilUs: PastInstant,
  timeUs: PastInstant,
  sinceUs: PastInstant,
  value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
  limit: z.number().nullable(),
  excess: z.number(),
  severity: Severity,
  text: Optional,
  note: Optional,
  latched: z.boolean(),
  reraiseAfterUs: z.number(),
  updateEveryUs: z.number(),
  noticeUs: PastInstant,
  noticeExcess: z.number(),
  noticeSeverity: Severity,
  clearedUs: PastInstant,
})

/** JSON writes what is not finite as null, which is what reading takes for never. */
export const writeEntry = (entry: AlarmEntry): string =>
  JSON.stringify(entry, (_, value: unknown) => (value === undefined ? null : value))

/** @throws ZodError when it is none of `writeEntry` */
export const readEntry = (text: string): AlarmEntry => EntryText.parse(JSON.parse(text))

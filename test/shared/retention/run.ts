import { checkConfig } from '../../../shared/component/config.ts'
import { LawConfig } from '../../../shared/retention/config.ts'
import type { RetentionFacts } from '../../../shared/retention/facts.ts'
import type { PolicyHistory } from '../../../shared/retention/law-version.ts'
import { foldPolicy } from '../../../shared/retention/policy-history.ts'
import type { StoredData } from '../../../shared/retention/stored-data.ts'
import type { RetentionClock } from '../../../shared/retention/trusted-time.ts'

export const DAY_US = 86_400_000_000
/** 2026-01-01. */
export const START_US = 1_767_225_600_000_000

export const day = (days: number): number => START_US + days * DAY_US

export type Written = Readonly<Record<string, unknown>>

/** A law as one writes it. */
export function law(lawClasses: readonly Written[], laws: readonly Written[] = []): LawConfig {
  const checked = checkConfig(
    LawConfig,
    { lawClasses: lawClasses.map((each) => ({ residency: 'any', ...each })), laws },
    { component: 'historian' },
  )
  if (!checked.ok) throw checked.error
  return checked.config
}

/** Laws that came into force one after the other, on days 0, 10, 20 and so on. */
export const historyOf = (...laws: readonly LawConfig[]): PolicyHistory =>
  laws.reduce<PolicyHistory>((history, each, index) => foldPolicy(history, each, day(index * 10)).history, [])

/** A piece that happened and came on day 0. */
export const stored = (more: Partial<StoredData> = {}): StoredData => ({
  tag: 'line1/press/force',
  eventFromUs: day(0),
  eventToUs: day(0),
  ingestFromUs: day(0),
  ingestToUs: day(0),
  lawRevision: 1,
  form: 'raw',
  ...more,
})

export const facts = (
  data: Partial<StoredData> = {},
  more: Partial<Omit<RetentionFacts, 'data'>> = {},
): RetentionFacts => ({ data: stored(data), erasures: [], diskLevel: 'normal', ...more })

/** A clock of which nobody has any doubt. */
export const onDay = (days: number): RetentionClock => ({
  isConfirmed: true,
  provenUs: day(days),
  trustedUs: day(days),
  wallUs: day(days),
})

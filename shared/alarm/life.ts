import type { AlarmChange, AlarmStep } from './change.ts'
import type { AlarmCommand } from './command.ts'
import { type AlarmEntry, isShelved } from './entry.ts'
import { REASON_LENGTH_MAX, WHO_LENGTH_MAX, WORSE_RATIO } from './limits.ts'
import type { AlarmReport } from './report.ts'

/**
 * The life of one alarm. What the rule reports (`isActive`) and what readers of the notices believe (`isRaised`) are
 * kept apart; `reconcile` alone turns a difference of the two into a notice, unless the alarm is shelved, latched or
 * raised again too soon. So nothing is cleared that was not raised, whatever happens in which order.
 */

/** Takes what the rule says; a report older than the last one is history and changes nothing. */
export function takeReport(entry: AlarmEntry, report: AlarmReport, out: AlarmChange[]): void {
  if (report.timeUs < entry.timeUs) return
  expireShelf(entry, report.timeUs, out)
  if (!report.isActive && !entry.isActive) return
  const begins = report.isActive && !entry.isActive
  if (begins || !report.isActive) entry.sinceUs = report.sinceUs ?? report.timeUs
  entry.isActive = report.isActive
  entry.timeUs = report.timeUs
  entry.value = report.value
  entry.limit = report.limit ?? null
  entry.note = report.note
  if (report.isActive) {
    entry.excess = report.excess ?? 0
    entry.severity = report.severity
    entry.text = report.text
    entry.latched = report.latched ?? false
    entry.reraiseAfterUs = report.reraiseAfterUs ?? 0
    entry.updateEveryUs = report.updateEveryUs ?? 0
  }
  reconcile(entry, out)
}

/** Ends the shelving whose time has come, and tells what happened meanwhile. */
export function expireShelf(entry: AlarmEntry, nowUs: number, out: AlarmChange[]): void {
  if (!isShelved(entry) || nowUs < entry.shelvedUntilUs) return
  const timeUs = entry.shelvedUntilUs
  entry.shelvedUntilUs = Number.NEGATIVE_INFINITY
  out.push(changeOf(entry, 'unshelved', { timeUs, sinceUs: timeUs }))
  reconcile(entry, out)
}

/** Carries out what a person asks; what makes no sense now (acknowledged twice, cleared meanwhile) changes nothing. */
export function takeCommand(entry: AlarmEntry, command: AlarmCommand, out: AlarmChange[]): void {
  const { kind, timeUs } = command
  const by = {
    timeUs,
    who: command.by.slice(0, WHO_LENGTH_MAX),
    note: command.reason?.slice(0, REASON_LENGTH_MAX),
  }
  if (kind === 'acknowledge') {
    if (!entry.isRaised || entry.isAcknowledged) return
    entry.isAcknowledged = true
    out.push(changeOf(entry, 'acknowledged', by))
  } else if (kind === 'shelve') {
    if (!(command.untilUs > timeUs) || command.untilUs === Number.POSITIVE_INFINITY) return
    entry.shelvedUntilUs = command.untilUs
    out.push(changeOf(entry, 'shelved', { ...by, sinceUs: timeUs, untilUs: command.untilUs }))
  } else {
    if (!isShelved(entry)) return
    entry.shelvedUntilUs = Number.NEGATIVE_INFINITY
    out.push(changeOf(entry, 'unshelved', { ...by, sinceUs: timeUs }))
  }
  reconcile(entry, out)
}

/** Ends an alarm whose rule has begun anew, at once, latched or shelved: what it knew of the condition is gone. */
export function endAlarm(entry: AlarmEntry, timeUs: number, out: AlarmChange[]): void {
  entry.isActive = false
  if (!entry.isRaised) return
  entry.timeUs = Math.max(timeUs, entry.timeUs)
  entry.sinceUs = entry.timeUs
  entry.isRaised = false
  entry.clearedUs = entry.timeUs
  out.push(changeOf(entry, 'cleared', { note: 'the rule is gone or has changed' }))
}

/** Ends also its shelving, because its rule is gone. */
export function endShelf(entry: AlarmEntry, timeUs: number, out: AlarmChange[]): void {
  if (!isShelved(entry)) return
  const endUs = Math.max(timeUs, entry.timeUs)
  const sinceUs = endUs === Number.NEGATIVE_INFINITY ? entry.shelvedUntilUs : endUs
  entry.shelvedUntilUs = Number.NEGATIVE_INFINITY
  out.push(changeOf(entry, 'unshelved', { timeUs: sinceUs, sinceUs, note: 'the rule is gone' }))
}

function reconcile(entry: AlarmEntry, out: AlarmChange[]): void {
  if (isShelved(entry)) return
  if (entry.isActive && !entry.isRaised) raise(entry, out)
  else if (entry.isActive) update(entry, out)
  else if (entry.isRaised) clear(entry, out)
}

function raise(entry: AlarmEntry, out: AlarmChange[]): void {
  if (entry.reraiseAfterUs > 0 && entry.timeUs - entry.clearedUs < entry.reraiseAfterUs) return
  entry.isRaised = true
  entry.isAcknowledged = false
  notice(entry, 'raised', out)
}

const RANK = { info: 0, warning: 1, critical: 2 } as const

function update(entry: AlarmEntry, out: AlarmChange[]): void {
  const { severity, noticeSeverity } = entry
  const isDue = entry.timeUs - entry.noticeUs >= entry.updateEveryUs
  const isWorse = entry.excess > entry.noticeExcess * WORSE_RATIO
  // A severity that rises is told at once; one that falls, or swings, waits like any other news.
  if (RANK[severity] > RANK[noticeSeverity] || (isDue && (isWorse || severity !== noticeSeverity)))
    notice(entry, 'updated', out)
}

function notice(entry: AlarmEntry, state: AlarmStep, out: AlarmChange[]): void {
  entry.noticeUs = entry.timeUs
  entry.noticeExcess = entry.excess
  entry.noticeSeverity = entry.severity
  out.push(changeOf(entry, state, {}))
}

function clear(entry: AlarmEntry, out: AlarmChange[]): void {
  if (entry.latched && !entry.isAcknowledged) return
  entry.isRaised = false
  entry.clearedUs = entry.timeUs
  out.push(changeOf(entry, 'cleared', {}))
}

interface Overrides {
  readonly timeUs?: number
  readonly sinceUs?: number
  readonly who?: string
  readonly note?: string | undefined
  readonly untilUs?: number
}

function changeOf(entry: AlarmEntry, state: AlarmStep, overrides: Overrides): AlarmChange {
  const { rule, key, value, limit, severity, text } = entry
  const { sinceUs = entry.sinceUs, timeUs = entry.timeUs, who, untilUs } = overrides
  const note = who === undefined ? (overrides.note ?? entry.note) : overrides.note
  const n = entry.n++
  return {
    id: `${rule}|${key}|${sinceUs}|${state}|${n}`,
    rule,
    key,
    state,
    n,
    sinceUs,
    timeUs,
    value,
    limit,
    severity,
    ...(text === undefined ? {} : { text }),
    ...(note === undefined ? {} : { note }),
    ...(who === undefined ? {} : { who }),
    ...(untilUs === undefined ? {} : { untilUs }),
  }
}

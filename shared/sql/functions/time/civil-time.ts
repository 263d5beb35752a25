import type { Zone } from './zones.ts'

const DAY_MS = 86_400_000

/** What the clocks and calendars of a zone show at an instant, in the Gregorian calendar without a beginning. */
export interface CivilTime {
  readonly zone: Zone
  readonly epochMs: number
  readonly offsetMs: number
  /** Astronomical: 0 is 1 BC. */
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
  /** From Monday, 1, to Sunday, 7. */
  readonly weekday: number
  readonly dayOfYear: number
}

/** Instants that JavaScript's dates hold, less a day for the zones. */
const EPOCH_MS_MAX = 8.64e15 - DAY_MS

export const isInstant = (epochMs: number): boolean => Math.abs(epochMs) <= EPOCH_MS_MAX

export function civilTime(epochMs: number, zone: Zone): CivilTime {
  const offsetMs = zone.offsetMsAt(epochMs)
  const shown = new Date(epochMs + offsetMs)
  const year = shown.getUTCFullYear()
  return {
    zone,
    epochMs,
    offsetMs,
    year,
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    millisecond: shown.getUTCMilliseconds(),
    weekday: ((shown.getUTCDay() + 6) % 7) + 1,
    dayOfYear: Math.floor((shown.getTime() - dayStartMs(year, 1, 1)) / DAY_MS) + 1,
  }
}

/** Midnight UTC of a date, which may have any month and day: February 30 is March 1 or 2. */
export function dayStartMs(year: number, month: number, day: number): number {
  const date = new Date(0)
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  return date.setUTCFullYear(year, month - 1, day)
}

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

export const daysOfMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** Week of ISO 8601 and the year that it is of: the week of January 4 is the first. */
export function isoWeek({ year, dayOfYear, weekday }: CivilTime): {
  readonly year: number
  readonly week: number
} {
  const week = Math.floor((dayOfYear - weekday + 10) / 7)
  if (week < 1) return { year: year - 1, week: weeksOfYear(year - 1) }
  return week > weeksOfYear(year) ? { year: year + 1, week: 1 } : { year, week }
}

/** Years that begin on a Thursday, and leap years that begin on a Wednesday, have 53 weeks. */
function weeksOfYear(year: number): number {
  const firstDay = new Date(dayStartMs(year, 1, 1)).getUTCDay()
  return firstDay === 4 || (firstDay === 3 && isLeapYear(year)) ? 53 : 52
}

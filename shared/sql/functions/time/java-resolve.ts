import { dayStartMs, daysOfMonth, isLeapYear } from './civil-time.ts'
import type { Reading } from './java-read.ts'
import { instantOf, UTC } from './zones.ts'

const DAY_MS = 86_400_000
const NANOS_PER_MS = 1e6
/** Years that a date of JavaScript holds, with room for the zones. */
const YEAR_MAX = 270_000

type Fields = Reading['fields']

/**
 * The instant that was read, in milliseconds since 1970, by the rules that Java calls smart: April 31 is April 30,
 * 24:00 is the next midnight, and what was read twice must agree. What was not read is that of 1970-01-01T00:00Z.
 *
 * @returns undefined when there are no fields, or they name no time, or none that JavaScript has
 */
export function resolveInstant({ fields, offsetMs, zone = UTC }: Reading): number | undefined {
  if (fields.size === 0) return undefined
  const dateMs = resolveDate(fields)
  const timeMs = resolveTime(fields)
  if (dateMs === undefined || timeMs === undefined || !agreesWithDate(fields, dateMs)) return undefined
  const localMs = dateMs + timeMs
  const instantMs = offsetMs === undefined ? instantOf(localMs, zone) : localMs - offsetMs
  return Math.floor(instantMs)
}

function resolveDate(fields: Fields): number | undefined {
  const year = resolveYear(fields)
  if (year === undefined || Math.abs(year) > YEAR_MAX) return undefined
  const dayOfYear = fields.get('dayOfYear')
  if (dayOfYear !== undefined) {
    const isInYear = within(dayOfYear, 1, isLeapYear(year) ? 366 : 365)
    return isInYear ? dayStartMs(year, 1, dayOfYear) : undefined
  }
  const month = fields.get('month') ?? 1
  const day = fields.get('day') ?? 1
  if (!within(month, 1, 12) || !within(day, 1, 31)) return undefined
  return dayStartMs(year, month, Math.min(day, daysOfMonth(year, month)))
}

/** A year of the era is one of ours where no era is named. */
function resolveYear(fields: Fields): number | undefined {
  const year = fields.get('year')
  const ofEra = fields.get('yearOfEra')
  if (ofEra === undefined) return fields.has('era') && year === undefined ? undefined : (year ?? 1970)
  if (ofEra < 1) return undefined
  const counted = fields.get('era') === 0 ? 1 - ofEra : ofEra
  return year === undefined || year === counted ? counted : undefined
}

const within = (value: number, min: number, max: number): boolean => value >= min && value <= max

/** The weekday, the quarter and the rest that a date follows from elsewhere. */
function agreesWithDate(fields: Fields, dateMs: number): boolean {
  const date = new Date(dateMs)
  const month = date.getUTCMonth() + 1
  const said = [
    [fields.get('weekday'), ((date.getUTCDay() + 6) % 7) + 1],
    [fields.get('quarter'), Math.ceil(month / 3)],
    [fields.get('dayOfYear') === undefined ? undefined : fields.get('month'), month],
  ] as const
  return said.every(([value, expected]) => value === undefined || value === expected)
}

/** Milliseconds since midnight, with a fraction. */
function resolveTime(fields: Fields): number | undefined {
  const nanoOfDay = fields.get('nanoOfDay')
  if (nanoOfDay !== undefined) return inDay(nanoOfDay / NANOS_PER_MS)
  const milliOfDay = fields.get('milliOfDay')
  if (milliOfDay !== undefined) return inDay(milliOfDay + (fields.get('nano') ?? 0) / NANOS_PER_MS)
  const hour = resolveHour(fields)
  const minute = fields.get('minute') ?? 0
  const second = fields.get('second') ?? 0
  const nano = fields.get('nano') ?? 0
  if (hour === undefined || !within(minute, 0, 59) || !within(second, 0, 59) || nano > 999_999_999) {
    return undefined
  }
  const sinceHourMs = (minute * 60 + second) * 1000 + nano / NANOS_PER_MS
  return hour === 24 && sinceHourMs > 0 ? undefined : hour * 3_600_000 + sinceHourMs
}

const inDay = (ms: number): number | undefined => (ms < DAY_MS ? ms : undefined)

/** From 0 to 24. An hour of half a day needs the half. */
function resolveHour(fields: Fields): number | undefined {
  const ofHalf = hourOf(fields, 'halfDayHour', 'clockHalfDayHour', 12)
  const half = fields.get('halfDay')
  const hour = hourOf(fields, 'hour', 'clockHour', 24)
  if (Number.isNaN(ofHalf) || Number.isNaN(hour)) return undefined
  const told = ofHalf === undefined || half === undefined ? undefined : half * 12 + ofHalf
  if (told === undefined) {
    if (ofHalf !== undefined && hour === undefined) return undefined
    if (half !== undefined && (hour === undefined || hour < 12 !== (half === 0))) return undefined
    return hour ?? 0
  }
  return hour === undefined || hour === told ? told : undefined
}

/** A clock's hours go to 12 or 24, which is 0, as is 0; the others from 0. NaN when out of range. */
function hourOf(
  fields: Fields,
  plain: 'hour' | 'halfDayHour',
  clock: 'clockHour' | 'clockHalfDayHour',
  count: 12 | 24,
): number | undefined {
  const ofClock = fields.get(clock)
  if (ofClock !== undefined) return within(ofClock, 0, count) ? ofClock % count : Number.NaN
  const hour = fields.get(plain)
  const max = count === 24 ? 24 : 11
  return hour === undefined || within(hour, 0, max) ? hour : Number.NaN
}

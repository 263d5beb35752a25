/** Calendar dates with a time of day, in the orders that loggers write. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy'

const DATE = {
  ymd: String.raw`(\d{4})([-/.])(\d{1,2})\2(\d{1,2})`,
  dmy: String.raw`(\d{1,2})([-/.])(\d{1,2})\2(\d{4})`,
} as const
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp][Mm]))?`
const ZONE = String.raw`(?: ?(Z|UTC|[+-]\d{2}(?::?\d{2})?))?`

const PATTERNS = {
  ymd: new RegExp(`^${DATE.ymd}(?:(?:[T ]| *, *)${TIME}${ZONE})?$`),
  dmy: new RegExp(`^${DATE.dmy}(?:(?:[T ]| *, *)${TIME}${ZONE})?$`),
}
const CLOCK_ONLY = new RegExp(`^${TIME}$`)

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const HOUR_US = 3_600_000_000

/** True for a time of day without a date, as in files that keep the two in columns of their own. */
export const isTimeOfDay = (text: string): boolean => CLOCK_ONLY.test(text)

/** True for a date without a time of day. */
export function isDateOnly(text: string): boolean {
  return !text.includes(':') && (PATTERNS.ymd.test(text) || PATTERNS.dmy.test(text))
}

/**
 * Event time of a date and time of day; UTC where no zone is given, the start of the day where no time is. Digits
 * beyond the microsecond are cut off.
 *
 * @returns undefined for another form, and for what no calendar has: 30 February, hour 25
 */
export function parseCalendar(text: string, order: DateOrder): number | undefined {
  const match = PATTERNS[order === 'ymd' ? 'ymd' : 'dmy'].exec(text)
  if (match === null) return undefined
  const dayUs = readDay(match, order)
  const timeUs = match[5] === undefined ? 0 : readTimeOfDay(match)
  const zoneUs = readZone(match[10])
  if (dayUs === undefined || timeUs === undefined || zoneUs === undefined) return undefined
  return dayUs + timeUs - zoneUs
}

function readDay(match: RegExpExecArray, order: DateOrder): number | undefined {
  const [a, b, c] = [Number(match[1]), Number(match[3]), Number(match[4])]
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b]
  const dayMax = month === 2 && !isLeapYear(year) ? 28 : (DAYS[month - 1] ?? 0)
  if (day < 1 || day > dayMax) return undefined
  // Date.UTC takes years below 100 for years of the twentieth century; no logger was running then.
  return year < 100 ? undefined : Date.UTC(year, month - 1, day) * 1000
}

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

function readTimeOfDay(match: RegExpExecArray): number | undefined {
  const half = match[9]?.toLowerCase()
  const hour = readHour(Number(match[5]), half)
  const minute = Number(match[6])
  const second = Number(match[7] ?? 0)
  if (hour === undefined || minute > 59 || second > 59) return undefined
  const fraction = match[8]
  const fractionUs = fraction === undefined ? 0 : Number(fraction.slice(0, 6).padEnd(6, '0'))
  return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fractionUs
}

function readHour(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour > 23 ? undefined : hour
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half === 'pm' ? 12 : 0)
}

function readZone(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'UTC') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR_US + minutes * 60_000_000)
}

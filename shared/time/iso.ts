const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/**
 * Microseconds since 1970 UTC of an ISO 8601 instant: `2026-03-01`, `2026-03-01T08:30`, `2026-03-01 08:30:00.25`,
 * each with `Z` or an offset such as `+09:00` where a time is given. Without one it is UTC.
 *
 * @returns undefined when the text is none, names no real date, or is finer than a microsecond
 */
export function parseTimeUs(text: string): number | undefined {
  const match = ISO.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const dayMs = dateMs(Number(year), Number(month), Number(day))
  const offsetMinutes = zoneMinutes(zone)
  if (dayMs === undefined || offsetMinutes === undefined) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (/[1-9]/.test(fraction.slice(6))) return undefined
  const wholeSeconds = Number(hour) * 3600 + (Number(minute) - offsetMinutes) * 60 + Number(second)
  return dayMs * 1000 + wholeSeconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** Milliseconds of a date's midnight; undefined where the calendar has no such day. */
function dateMs(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? date.getTime() : undefined
}

function zoneMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', ''))
  if (hours > 23 || minutes > 59) return undefined
  const total = hours * 60 + minutes
  return zone.startsWith('-') ? -total : total
}

import type { TimeWindow, WindowsOf } from './time-windows.ts'

const MINUTE_US = 60_000_000
const DAY_US = 1440 * MINUTE_US

/** Offsets of a zone from UTC in minutes, each from an instant on; the changes of 2024 as published by its government. */
const ZONES: Readonly<Record<string, readonly (readonly [fromUs: number, offsetMinutes: number])[]>> = {
  UTC: [[-Infinity, 0]],
  'Asia/Tokyo': [[-Infinity, 540]],
  'Europe/Berlin': [
    [-Infinity, 60],
    [instant('2024-03-31T01:00Z'), 120],
    [instant('2024-10-27T01:00Z'), 60],
  ],
  'America/New_York': [
    [-Infinity, -300],
    [instant('2024-03-10T07:00Z'), -240],
    [instant('2024-11-03T06:00Z'), -300],
  ],
  'Australia/Lord_Howe': [
    [-Infinity, 660],
    [instant('2024-04-06T15:00Z'), 630],
    [instant('2024-10-05T15:30Z'), 660],
  ],
}

function instant(text: string): number {
  return Date.parse(text) * 1000
}

/** The first instant at which clocks show a local time; of one that is left out, read with the offset before. */
function instantOf(localUs: number, zone: string): number {
  const changes = ZONES[zone] ?? []
  const shown = changes.flatMap(([fromUs, offsetMinutes], index) => {
    const timeUs = localUs - offsetMinutes * MINUTE_US
    return fromUs <= timeUs && timeUs < (changes[index + 1]?.[0] ?? Infinity) ? [timeUs] : []
  })
  if (shown.length > 0) return Math.min(...shown)
  // It is the gap of a change if it would come after it by the offset before, and before it by the offset after.
  const before = changes.findIndex(([, offsetMinutes], index) => {
    const nextUs = changes[index + 1]?.[0] ?? Infinity
    const next = changes[index + 1]?.[1] ?? 0
    return localUs - offsetMinutes * MINUTE_US >= nextUs && localUs - next * MINUTE_US < nextUs
  })
  return localUs - (changes[before]?.[1] ?? 0) * MINUTE_US
}

export interface CalendarRules {
  readonly unit: 'shift' | 'day' | 'month'
  readonly zone: string
  readonly startsAt: readonly string[]
}

/** All starts round a time, in order; the window is from the last one not after the time to the next. */
export function calendarWindows({ unit, zone, startsAt }: CalendarRules): WindowsOf {
  return (timeUs) => {
    const reach = unit === 'month' ? 70 : 3
    const day = Math.floor(timeUs / DAY_US)
    const starts = new Set<number>()
    for (let one = day - reach; one <= day + reach; one++) {
      if (unit === 'month' && new Date(one * 86_400_000).getUTCDate() !== 1) continue
      for (const text of startsAt) starts.add(instantOf(one * DAY_US + minutesOf(text) * MINUTE_US, zone))
    }
    const sorted = [...starts].sort((a, b) => a - b)
    const next = sorted.findIndex((startUs) => startUs > timeUs)
    const window: TimeWindow = { startUs: sorted[next - 1] ?? 0, endUs: sorted[next] ?? 0 }
    return [window]
  }
}

function minutesOf(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':')
  return Number(hours) * 60 + Number(minutes)
}

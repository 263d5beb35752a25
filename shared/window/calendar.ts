import { Temporal } from 'temporal-polyfill'
import type { Alignment } from './alignment.ts'
import type { WindowKind } from './definition.ts'

type CalendarKind = Extract<WindowKind, { type: 'calendar' }>

/** Windows whose bounds are kept: three years of days, 48 kB. Beyond, they are forgotten and computed anew. */
const BOUNDS_MAX = 1000

/** Where no time of day is given. */
const MIDNIGHT = ['00:00'] as const

/**
 * Windows by the clocks and the calendar of a time zone: a day may have 23, 24 or 25 hours. A local time that does
 * not exist is read with the offset before the change (02:30 becomes 03:30); of two the first counts. Starts that
 * fall on one instant, as in a zone that skipped a day, are one.
 *
 * @throws RangeError for a zone or a time of day that does not exist
 */
export function calendarAlignment({ unit, zone, startsAt }: CalendarKind): Alignment {
  const times = (startsAt.length === 0 ? MIDNIGHT : startsAt).map((text) => Temporal.PlainTime.from(text))
  const startsUs = unit === 'month' ? startsOfMonths(zone, times) : startsOfDays(zone, times)
  const ends = new Map<number, number>()
  // A zone that does not exist is refused here, not at the first sample.
  dateOf(0, zone)
  let startUs = Number.NaN
  let endUs = Number.NaN

  /** The hot path is the comparison: samples of one window come together. */
  const seek = (timeUs: number): void => {
    if (timeUs >= startUs && timeUs < endUs) return
    const around = startsUs(timeUs)
    const next = around.findIndex((us) => us > timeUs)
    const [from, to] = [around[next - 1], around[next]]
    if (from === undefined || to === undefined) throw new RangeError(`${timeUs} is in no ${unit} of ${zone}`)
    startUs = from
    endUs = to
    if (ends.size >= BOUNDS_MAX) ends.clear()
    ends.set(startUs, endUs)
  }
  const startOf = (timeUs: number): number => {
    seek(timeUs)
    return startUs
  }
  const endOf = (windowStartUs: number): number => {
    const known = ends.get(windowStartUs)
    if (known !== undefined) return known
    seek(windowStartUs)
    return endUs
  }
  return {
    isShared: false,
    sliceStart: startOf,
    sliceEnd: endOf,
    firstCovering: (sliceStartUs) => sliceStartUs,
    windowEnd: endOf,
    nextWindow: endOf,
    previousWindow: (windowStartUs) => startOf(windowStartUs - 1),
    lastEndingBy: (timeUs) => startOf(startOf(timeUs) - 1),
  }
}

type Starts = (timeUs: number) => number[]

/** Starts around an instant, ascending: from the days before to the day after, for one of them has the instant. */
function startsOfDays(zone: string, times: readonly Temporal.PlainTime[]): Starts {
  return (timeUs) => {
    const date = dateOf(timeUs, zone)
    // Two days back: in a zone that skips a day, yesterday starts where today does.
    return instants([-2, -1, 0, 1, 2], (days) => date.add({ days }), times, zone)
  }
}

function startsOfMonths(zone: string, times: readonly Temporal.PlainTime[]): Starts {
  return (timeUs) => {
    const first = dateOf(timeUs, zone).with({ day: 1 })
    return instants([-1, 0, 1], (months) => first.add({ months }), times, zone)
  }
}

function instants(
  steps: readonly number[],
  dateAt: (step: number) => Temporal.PlainDate,
  times: readonly Temporal.PlainTime[],
  zone: string,
): number[] {
  const all = steps.flatMap((step) =>
    times.map((time) => {
      const local = dateAt(step).toPlainDateTime(time)
      return local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds * 1000
    }),
  )
  return [...new Set(all)].sort((a, b) => a - b)
}

function dateOf(timeUs: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(timeUs / 1000))
    .toZonedDateTimeISO(zone)
    .toPlainDate()
}

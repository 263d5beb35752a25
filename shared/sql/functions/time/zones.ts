import { Temporal } from 'temporal-polyfill'
import { BoundedCache } from '../bounded-cache.ts'

/** A time zone: how far its clocks are ahead of UTC. */
export interface Zone {
  /** `Europe/Berlin`, `UTC`, or an offset such as `+01:00`. */
  readonly id: string
  readonly isFixed: boolean
  /** At an instant, in milliseconds since 1970 UTC. */
  offsetMsAt(epochMs: number): number
}

/** There are some 600 names of zones; what is none is remembered too. */
const KEPT_MAX = 256
/** Stretches between two changes of a zone's clocks, two a year. */
const SPANS_MAX = 64
/** Steps of an evaluation's budget that asking for a zone may take: 0.1 ms where nothing is kept yet. */
export const ZONE_STEPS = 100
const ZONE_CHARS_MAX = 64
const OFFSET = /^([+-])(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?$/
const HOUR_MS = 3_600_000
/** Java and Joda-Time know 18 hours and 23; no clock on earth shows more than 14. */
const OFFSET_MAX_MS = 18 * HOUR_MS

const kept = new BoundedCache<string, Zone | undefined>(KEPT_MAX)

export const UTC: Zone = { id: 'UTC', isFixed: true, offsetMsAt: () => 0 }

/** The zone of a name of the IANA database, in its own spelling, or of an offset; undefined when there is none. */
export function zoneOf(id: string): Zone | undefined {
  if (id === 'UTC' || id === 'UT') return UTC
  return id.length > ZONE_CHARS_MAX ? undefined : kept.get(id, findZone)
}

function findZone(id: string): Zone | undefined {
  const offsetMs = parseOffsetMs(id)
  if (offsetMs !== undefined) return fixedZone(offsetMs)
  if (!/^[A-Za-z]/.test(id)) return undefined
  try {
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id)
    return timeZoneId === id ? new NamedZone(id) : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

export const fixedZone = (offsetMs: number): Zone => ({
  id: offsetText(offsetMs),
  isFixed: true,
  offsetMsAt: () => offsetMs,
})

/** Such as `+01:00`. */
export function offsetText(offsetMs: number, separator = ':'): string {
  const minutes = Math.floor(Math.abs(offsetMs) / 60_000)
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${hours}${separator}${String(minutes % 60).padStart(2, '0')}`
}

/** Of `+09`, `+0900`, `+09:00` or `+09:00:00`; undefined for all else. */
export function parseOffsetMs(text: string): number | undefined {
  const found = OFFSET.exec(text)
  if (found === null) return undefined
  const [, sign, hours, minutes = '0', seconds = '0'] = found
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const offsetMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  if (offsetMs > OFFSET_MAX_MS) return undefined
  return sign === '-' ? 0 - offsetMs : offsetMs
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly offsetMs: number
}

/** A zone by its rules. The stretch around an instant is kept: asking for it takes a tenth of a millisecond. */
class NamedZone implements Zone {
  readonly id: string
  readonly isFixed = false
  #spans: Span[] = []

  constructor(id: string) {
    this.id = id
  }

  offsetMsAt(epochMs: number): number {
    const known = this.#spans.find(({ fromMs, toMs }) => epochMs >= fromMs && epochMs < toMs)
    if (known !== undefined) return known.offsetMs
    const span = this.#spanAround(Math.floor(epochMs))
    this.#spans = [span, ...this.#spans.slice(0, SPANS_MAX - 1)]
    return span.offsetMs
  }

  #spanAround(epochMs: number): Span {
    const at = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(this.id)
    // "Previous" is before the instant it is asked at, so it is asked a millisecond later.
    const from = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
    const to = at.getTimeZoneTransition('next')
    return {
      fromMs: from?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
      toMs: to?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
      offsetMs: at.offsetNanoseconds / 1_000_000,
    }
  }
}

/**
 * The instant at which a zone's clocks show a time, that time given as if it were UTC. A time shown twice is the
 * earlier one; a time that is skipped is as much later as the clocks are put forward. (Java's rules.)
 */
export function instantOf(localMs: number, zone: Zone): number {
  const before = zone.offsetMsAt(localMs - 24 * HOUR_MS)
  const after = zone.offsetMsAt(localMs + 24 * HOUR_MS)
  if (before === after) return localMs - before
  const isBefore = zone.offsetMsAt(localMs - before) === before
  const isAfter = zone.offsetMsAt(localMs - after) === after
  return isAfter && !isBefore ? localMs - after : localMs - before
}

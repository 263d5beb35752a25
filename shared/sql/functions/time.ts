import { spend } from '../budget.ts'
import { toInt } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import type { SqlValue } from '../value.ts'
import { BoundedCache } from './bounded-cache.ts'
import { pure } from './define.ts'
import { civilTime, isInstant } from './time/civil-time.ts'
import { compileJavaPattern } from './time/java-pattern.ts'
import { readByPattern } from './time/java-read.ts'
import { resolveInstant } from './time/java-resolve.ts'
import { compileJodaPattern } from './time/joda-pattern.ts'
import { UTC, ZONE_STEPS, type Zone, zoneOf } from './time/zones.ts'

const SINCE = '2016-03-23'
/** Compiled patterns kept; a rule that makes its patterns from the payload makes many. */
const KEPT_MAX = 128
/** Characters of a time as text: four times the longest that a pattern in use makes. */
const TIME_CHARS_MAX = 256

const writers = new BoundedCache<string, ReturnType<typeof compileJodaPattern>>(KEPT_MAX)
const readers = new BoundedCache<string, ReturnType<typeof compileJavaPattern>>(KEPT_MAX)

function parseTime([pattern, time, ...rest]: readonly SqlValue[]): SqlValue {
  const [zoneId] = rest
  const zone = rest.length === 0 ? UTC : namedZone(zoneId)
  const epochMs = toInt(time)
  if (typeof pattern !== 'string' || zone === undefined || typeof epochMs !== 'number') return undefined
  if (!isInstant(epochMs)) return undefined
  return writers.get(pattern, compileJodaPattern)?.(civilTime(epochMs, zone))
}

function namedZone(id: SqlValue): Zone | undefined {
  if (typeof id !== 'string') return undefined
  if (id !== UTC.id) spend(ZONE_STEPS)
  return zoneOf(id)
}

function timeToEpoch([text, pattern]: readonly SqlValue[]): SqlValue {
  if (typeof text !== 'string' || typeof pattern !== 'string' || text.length > TIME_CHARS_MAX)
    return undefined
  const elements = readers.get(pattern, compileJavaPattern)
  const reading = elements && readByPattern(text, elements)
  return reading && resolveInstant(reading)
}

/** Times as text, by patterns of Joda-Time, and back, by patterns of Java 11, as the guide has it. */
export const TIME_FUNCTIONS: readonly SqlFunction[] = [
  pure('parse_time', [2, 3], parseTime, SINCE),
  pure('time_to_epoch', 2, timeToEpoch, SINCE),
]

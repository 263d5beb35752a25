import { type CivilTime, isoWeek } from './civil-time.ts'
import { MONTHS, short, WEEKDAYS } from './names.ts'
import { zoneName } from './zone-names.ts'
import { offsetText } from './zones.ts'

/** Writes one part of a pattern. */
type Writer = (time: CivilTime) => string

/** Characters of a pattern; also the width to which a run of one letter pads. */
const PATTERN_CHARS_MAX = 256
const TOKEN = /([A-Za-z])\1*|''|'((?:[^']|'')*)(?:'|$)|[^A-Za-z']+/g

/**
 * A pattern of Joda-Time's DateTimeFormat, English names.
 *
 * @returns what writes a time by it; undefined when the pattern has a letter without a meaning
 */
export function compileJodaPattern(pattern: string): ((time: CivilTime) => string) | undefined {
  if (pattern.length === 0 || pattern.length > PATTERN_CHARS_MAX) return undefined
  const writers: Writer[] = []
  for (const [token, letter, quoted] of pattern.matchAll(TOKEN)) {
    const writer = letter === undefined ? literal(quoted ?? token) : LETTERS[letter]?.(token.length)
    if (writer === undefined) return undefined
    writers.push(writer)
  }
  return (time) => {
    let text = ''
    for (const write of writers) text += write(time)
    return text
  }
}

/** Two quotes are one, within quotes and outside of them. */
function literal(token: string): Writer {
  const text = token.replaceAll("''", "'")
  return () => text
}

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0')
  return value < 0 ? `-${digits}` : digits
}

const number =
  (read: (time: CivilTime) => number) =>
  (width: number): Writer =>
  (time) =>
    pad(read(time), width)

/** Two letters are the last two digits. */
const year =
  (read: (time: CivilTime) => number, lastTwoOf = read) =>
  (width: number): Writer =>
  (time) =>
    width === 2 ? pad(Math.abs(lastTwoOf(time)) % 100, 2) : pad(read(time), width)

/** Four letters and more are the whole name. */
const text =
  (read: (time: CivilTime) => string) =>
  (width: number): Writer =>
  (time) =>
    width >= 4 ? read(time) : short(read(time))

const yearOfEra = (time: CivilTime): number => (time.year > 0 ? time.year : 1 - time.year)
const halfDayHour = ({ hour }: CivilTime): number => hour % 12

const zoneText =
  (width: number): Writer =>
  ({ zone, offsetMs }) => {
    const name = zoneName(zone.id, offsetMs)
    if (name === undefined) return zone.isFixed ? zone.id : offsetText(offsetMs)
    return width >= 4 ? name.long : name.short
  }

const zoneOffset =
  (width: number): Writer =>
  ({ zone, offsetMs }) =>
    width >= 3 ? zone.id : offsetText(offsetMs, width === 2 ? ':' : '')

/** Thousandths are the finest there is; digits beyond are zeros. */
const fraction =
  (width: number): Writer =>
  ({ millisecond }) =>
    pad(millisecond, 3).padEnd(width, '0').slice(0, width)

const month = (width: number): Writer =>
  width >= 3 ? text((time) => MONTHS[time.month - 1] ?? '')(width) : number((time) => time.month)(width)

const LETTERS: Readonly<Record<string, (width: number) => Writer>> = {
  G: () => (time) => (time.year > 0 ? 'AD' : 'BC'),
  // Of the astronomical year, before Christ too: Joda-Time's way.
  C: number((time) => Math.floor(Math.abs(time.year) / 100)),
  Y: year(yearOfEra, (time) => time.year),
  y: year((time) => time.year),
  x: year((time) => isoWeek(time).year),
  w: number((time) => isoWeek(time).week),
  e: number((time) => time.weekday),
  E: text((time) => WEEKDAYS[time.weekday - 1] ?? ''),
  D: number((time) => time.dayOfYear),
  M: month,
  d: number((time) => time.day),
  a: () => (time) => (time.hour < 12 ? 'AM' : 'PM'),
  K: number(halfDayHour),
  h: number((time) => halfDayHour(time) || 12),
  H: number((time) => time.hour),
  k: number((time) => time.hour || 24),
  m: number((time) => time.minute),
  s: number((time) => time.second),
  S: fraction,
  z: zoneText,
  Z: zoneOffset,
}

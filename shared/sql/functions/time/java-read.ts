import { spend } from '../../budget.ts'
import type { Element, Field, NumberElement, OffsetStyle } from './java-elements.ts'
import { ZONES_BY_NAME } from './zone-names.ts'
import { fixedZone, parseOffsetMs, UTC, ZONE_STEPS, type Zone, zoneOf } from './zones.ts'

/** What a text said, as far as it has been read. */
export interface Reading {
  readonly fields: Map<Field, number>
  offsetMs?: number
  zone?: Zone
}

/** Reads the whole of a text by the elements of a pattern; undefined when it does not fit. */
export function readByPattern(text: string, elements: readonly Element[]): Reading | undefined {
  const reading: Reading = { fields: new Map() }
  return readAll(text, 0, elements, reading) === text.length ? reading : undefined
}

/** @returns the place after what was read, or -1 */
function readAll(text: string, from: number, elements: readonly Element[], reading: Reading): number {
  let at = from
  for (const element of elements) {
    at = readOne(text, at, element, reading)
    if (at < 0) return -1
  }
  return at
}

function readOne(text: string, at: number, element: Element, reading: Reading): number {
  switch (element.kind) {
    case 'literal':
      return text.startsWith(element.text, at) ? at + element.text.length : -1
    case 'number':
      return readNumber(text, at, element, reading)
    case 'text':
      return readName(text, at, element, reading)
    case 'offset':
      return readOffset(text, at, element.style, reading)
    case 'gmtOffset':
      return readGmtOffset(text, at, element.isFull, reading)
    case 'zone':
      return readZone(text, at, element.names, reading)
    case 'optional':
      return readOptional(text, at, element.elements, reading)
  }
}

/** A section that does not fit reads nothing and leaves no trace. */
function readOptional(text: string, at: number, elements: readonly Element[], reading: Reading): number {
  const attempt: Reading = { ...reading, fields: new Map(reading.fields) }
  const end = readAll(text, at, elements, attempt)
  if (end < 0) return at
  for (const [field, value] of attempt.fields) reading.fields.set(field, value)
  if (attempt.offsetMs !== undefined) reading.offsetMs = attempt.offsetMs
  if (attempt.zone !== undefined) reading.zone = attempt.zone
  return end
}

/** A field that is read twice must say the same. */
function setField(reading: Reading, field: Field, value: number): boolean {
  const before = reading.fields.get(field)
  reading.fields.set(field, value)
  return before === undefined || before === value
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

function readNumber(text: string, from: number, element: NumberElement, reading: Reading): number {
  const { minWidth, maxWidth, sign, followingWidth } = element
  const first = text[from]
  const isSigned = first === '-' || first === '+'
  if (isSigned && (sign === 'none' || (first === '+' && sign === 'minus'))) return -1
  const start = isSigned ? from + 1 : from
  let end = start
  while (end - start < maxWidth + followingWidth && isDigit(text.charCodeAt(end))) end++
  if (followingWidth > 0) {
    const width = Math.max(end - start - followingWidth, minWidth)
    end = Math.min(start + width, end)
  }
  if (end - start < minWidth) return -1
  if (sign === 'plusWhenLong' && first !== '-' && end - start > minWidth !== (first === '+')) return -1
  const digits = text.slice(start, end)
  const value = numberOf(digits, element)
  if (first === '-' && value === 0) return -1
  return setField(reading, element.field, first === '-' ? -value : value) ? end : -1
}

function numberOf(digits: string, { base, isFraction }: NumberElement): number {
  return isFraction ? Number(digits.padEnd(9, '0')) : Number(digits) + base
}

/** The longest name that fits, letter by letter. */
function readName(
  text: string,
  at: number,
  { field, values }: Extract<Element, { kind: 'text' }>,
  reading: Reading,
): number {
  let longest = ''
  for (const name of values.keys()) {
    if (name.length > longest.length && text.startsWith(name, at)) longest = name
  }
  const value = values.get(longest)
  return value !== undefined && setField(reading, field, value) ? at + longest.length : -1
}

/** Hours, minutes and seconds of an offset with and without colons. */
const WITH_COLONS = /[+-]\d{2}(?::(\d{2})(?::(\d{2}))?)?/y
const WITHOUT_COLONS = /[+-]\d{2}(?:(\d{2})(\d{2})?)?/y

function readOffset(text: string, at: number, style: OffsetStyle, reading: Reading): number {
  if (text.startsWith(style.zero, at)) {
    reading.offsetMs = 0
    return at + style.zero.length
  }
  const found = matchOffset(text, at, style)
  if (found === undefined) return -1
  reading.offsetMs = found.offsetMs
  return found.end
}

function matchOffset(text: string, at: number, { minutes, seconds, hasColon }: Omit<OffsetStyle, 'zero'>) {
  const expression = hasColon ? WITH_COLONS : WITHOUT_COLONS
  expression.lastIndex = at
  const found = expression.exec(text)
  if (found === null) return undefined
  const [whole, minute, second] = found
  if (minutes === 'always' && minute === undefined) return undefined
  const unused = hasColon ? 3 : 2
  const isLong = second !== undefined && seconds === 'never'
  const digits = isLong ? whole.slice(0, -unused) : whole
  const offsetMs = parseOffsetMs(digits)
  return offsetMs === undefined ? undefined : { offsetMs, end: at + digits.length }
}

/** `GMT`, `GMT+8` or, in full, `GMT+08:00`. */
const GMT_SHORT = /GMT(?:([+-])(\d{1,2})(?::(\d{2}))?)?/y
const GMT_FULL = /GMT(?:([+-])(\d{2}):(\d{2}))?/y

function readGmtOffset(text: string, at: number, isFull: boolean, reading: Reading): number {
  const expression = isFull ? GMT_FULL : GMT_SHORT
  expression.lastIndex = at
  const found = expression.exec(text)
  if (found === null) return -1
  const [whole, sign = '+', hours = '0', minutes = '00'] = found
  const offsetMs = parseOffsetMs(`${sign}${hours.padStart(2, '0')}:${minutes}`)
  if (offsetMs === undefined) return -1
  reading.offsetMs = offsetMs
  return at + whole.length
}

const ZONE_PREFIX = /(?:UTC|GMT|UT)(?=[+-]\d)/y
const ZONE_NAME = /[A-Za-z][A-Za-z0-9_+\-/~]{0,39}/y
/** What may follow a zone without a space, such as `-2020`: a name ends before it. */
const LAST_WORD = /[+\-/_~][^+\-/_~]*$/
const ZONE_TRIES_MAX = 4
const ID_OFFSET = { minutes: 'always', seconds: 'optional', hasColon: true } as const

type ZoneNames = Extract<Element, { kind: 'zone' }>['names']

/** An offset, `UTC+01:00`, a name of the IANA database or, where names are asked for, `PST` and its like. */
function readZone(text: string, at: number, names: ZoneNames, reading: Reading): number {
  spend(ZONE_STEPS)
  ZONE_PREFIX.lastIndex = at
  const prefix = ZONE_PREFIX.exec(text)?.[0] ?? ''
  if (prefix !== '' || text[at] === '+' || text[at] === '-') {
    const found = matchOffset(text, at + prefix.length, ID_OFFSET)
    if (found === undefined) return -1
    reading.zone = fixedZone(found.offsetMs)
    return found.end
  }
  const zone = longestZone(text, at)
  const name = longestName(text, at, names)
  if (zone === '' && name === '') return -1
  const isName = names !== 'none' && name.length >= zone.length
  const id = isName ? ZONES_BY_NAME[names].get(name) : zone
  const read = id === 'Z' ? UTC : zoneOf(id ?? '')
  if (read === undefined) return -1
  reading.zone = read
  return at + (isName ? name.length : zone.length)
}

/** The longest start of the rest that is the name of a zone; `Z` is UTC. */
function longestZone(text: string, at: number): string {
  ZONE_NAME.lastIndex = at
  const run = ZONE_NAME.exec(text)?.[0] ?? ''
  let end = run.length
  for (let tries = 0; tries < ZONE_TRIES_MAX && end > 0; tries++) {
    if (zoneOf(run.slice(0, end)) !== undefined) return run.slice(0, end)
    end = run.slice(0, end).search(LAST_WORD)
  }
  return run.startsWith('Z') ? 'Z' : ''
}

function longestName(text: string, at: number, names: ZoneNames): string {
  let longest = ''
  if (names === 'none') return longest
  for (const name of ZONES_BY_NAME[names].keys()) {
    if (name.length > longest.length && text.startsWith(name, at)) longest = name
  }
  return longest
}

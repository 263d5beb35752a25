import type { Element, Field, NumberElement, OffsetStyle, SignStyle } from './java-elements.ts'
import { MONTHS, short, WEEKDAYS } from './names.ts'

const PATTERN_CHARS_MAX = 256
const NESTED_MAX = 16
/** Digits that Java reads of a number at most. */
const WIDTH_MAX = 19
const TOKEN = /([A-Za-z])\1*|'((?:[^']|'')*)'|[[\]]|[^A-Za-z'[\]{}#]/y

/**
 * A pattern of Java's DateTimeFormatter, English names, as what reads a text. Fields of weeks (Y, W, w, e, c, F),
 * padding (p), and what is newer than Java 11 are not known here.
 *
 * @returns undefined when the pattern is none
 */
export function compileJavaPattern(pattern: string): readonly Element[] | undefined {
  if (pattern.length > PATTERN_CHARS_MAX) return undefined
  const sections: Element[][] = [[]]
  for (let at = 0; at < pattern.length; ) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(pattern)
    if (found === null || !take(found, sections)) return undefined
    at += found[0].length
  }
  // A section that is not closed reaches to the end.
  while (sections.length > 1) closeSection(sections)
  return sections[0]
}

function take([token, letter, quoted]: RegExpExecArray, sections: Element[][]): boolean {
  if (token === '[') return sections.push([]) <= NESTED_MAX
  if (token === ']') return closeSection(sections)
  const element = letter === undefined ? literal(quoted ?? token, token) : LETTERS[letter]?.(token.length)
  if (element === undefined) return false
  append(sections.at(-1) ?? [], element)
  return true
}

function closeSection(sections: Element[][]): boolean {
  const elements = sections.pop() ?? []
  sections.at(-1)?.push({ kind: 'optional', elements })
  return sections.length > 0
}

const literal = (quoted: string, token: string): Element => ({
  kind: 'literal',
  text: token === "''" ? "'" : quoted.replaceAll("''", "'"),
})

/** Numbers in a row are told apart by their widths: the first may be longer, those after it have fixed ones. */
function append(elements: Element[], element: Element): void {
  elements.push(element)
  if (!isFixed(element)) return
  let first = elements.length - 1
  while (isFixed(elements[first]) && elements[first - 1]?.kind === 'number') first--
  const head = elements[first]
  if (head?.kind === 'number' && head !== element) head.followingWidth += element.maxWidth
}

const isFixed = (element: Element | undefined): element is NumberElement =>
  element?.kind === 'number' && element.minWidth === element.maxWidth && element.sign === 'none'

const number = (
  field: Field,
  minWidth: number,
  maxWidth: number,
  sign: SignStyle,
  { base = 0, isFraction = false } = {},
): NumberElement => ({ kind: 'number', field, minWidth, maxWidth, sign, base, isFraction, followingWidth: 0 })

const text = (field: Field, names: readonly string[], from: number): Element => ({
  kind: 'text',
  field,
  values: new Map(names.map((name, index) => [name, index + from])),
})

/** One letter: any width. Two: exactly two digits. */
const oneOrTwo =
  (field: Field) =>
  (count: number): Element | undefined => {
    if (count === 1) return number(field, 1, WIDTH_MAX, 'minus')
    return count === 2 ? number(field, 2, 2, 'none') : undefined
  }

const year =
  (field: Field) =>
  (count: number): Element | undefined => {
    if (count > WIDTH_MAX) return undefined
    if (count === 2) return number(field, 2, 2, 'none', { base: 2000 })
    return number(field, count, WIDTH_MAX, count < 4 ? 'minus' : 'plusWhenLong')
  }

/** Three letters: the short name. Four: the whole one. Five: its first letter, which says little when it is read. */
const named = (field: Field, names: readonly string[], from: number, count: number): Element | undefined => {
  if (count === 4) return text(field, names, from)
  return count === 3 ? text(field, names.map(short), from) : undefined
}

const long =
  (field: Field) =>
  (count: number): Element | undefined =>
    count > WIDTH_MAX ? undefined : number(field, count, WIDTH_MAX, 'none')

const month = (count: number): Element | undefined =>
  count < 3 ? oneOrTwo('month')(count) : named('month', MONTHS, 1, count)

const quarter = (count: number): Element | undefined => {
  if (count < 3) return oneOrTwo('quarter')(count)
  if (count === 3) return text('quarter', ['Q1', 'Q2', 'Q3', 'Q4'], 1)
  return count === 4
    ? text('quarter', ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'], 1)
    : undefined
}

const era = (count: number): Element | undefined => {
  const names = count < 4 ? ['BC', 'AD'] : count === 4 ? ['Before Christ', 'Anno Domini'] : ['B', 'A']
  return count > 5 ? undefined : text('era', names, 0)
}

const dayOfYear = (count: number): Element | undefined => {
  if (count === 1) return number('dayOfYear', 1, WIDTH_MAX, 'minus')
  return count > 3 ? undefined : number('dayOfYear', count, 3, 'none')
}

/** What the letters X and x, by their count, say of the minutes and seconds of an offset. */
const OFFSETS: readonly Omit<OffsetStyle, 'zero'>[] = [
  { minutes: 'optional', seconds: 'never', hasColon: false },
  { minutes: 'always', seconds: 'never', hasColon: false },
  { minutes: 'always', seconds: 'never', hasColon: true },
  { minutes: 'always', seconds: 'optional', hasColon: false },
  { minutes: 'always', seconds: 'optional', hasColon: true },
]

const offset =
  (zeros: readonly string[]) =>
  (count: number): Element | undefined => {
    const style = OFFSETS[count - 1]
    return style && { kind: 'offset', style: { ...style, zero: zeros[count - 1] ?? '' } }
  }

function zoneOffset(count: number): Element | undefined {
  if (count < 4) return { kind: 'offset', style: { ...basicOffset, zero: '+0000' } }
  if (count === 4) return { kind: 'gmtOffset', isFull: true }
  return count === 5 ? offset(['', '', '', '', 'Z'])(5) : undefined
}

const zoneText = (count: number): Element | undefined =>
  count > 4 ? undefined : { kind: 'zone', names: count === 4 ? 'long' : 'short' }

const basicOffset = { minutes: 'always', seconds: 'never', hasColon: false } as const

const LETTERS: Readonly<Record<string, (count: number) => Element | undefined>> = {
  G: era,
  u: year('year'),
  y: year('yearOfEra'),
  Q: quarter,
  q: quarter,
  M: month,
  L: month,
  d: oneOrTwo('day'),
  D: dayOfYear,
  E: (count) => named('weekday', WEEKDAYS, 1, Math.max(count, 3)),
  a: (count) => (count === 1 ? text('halfDay', ['AM', 'PM'], 0) : undefined),
  H: oneOrTwo('hour'),
  k: oneOrTwo('clockHour'),
  K: oneOrTwo('halfDayHour'),
  h: oneOrTwo('clockHalfDayHour'),
  m: oneOrTwo('minute'),
  s: oneOrTwo('second'),
  S: (count) => (count > 9 ? undefined : number('nano', count, count, 'none', { isFraction: true })),
  n: long('nano'),
  A: long('milliOfDay'),
  N: long('nanoOfDay'),
  V: (count) => (count === 2 ? { kind: 'zone', names: 'none' } : undefined),
  v: (count) => (count === 1 || count === 4 ? zoneText(count) : undefined),
  z: zoneText,
  O: (count) => (count === 1 || count === 4 ? { kind: 'gmtOffset', isFull: count === 4 } : undefined),
  X: offset(['Z', 'Z', 'Z', 'Z', 'Z']),
  x: offset(['+00', '+0000', '+00:00', '+0000', '+00:00']),
  Z: zoneOffset,
}

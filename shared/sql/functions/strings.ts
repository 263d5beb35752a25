import { encodeText } from '../../bytes/text.ts'
import { boundChars } from '../budget.ts'
import { toInt, toText } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { isArray, isNumber, type SqlValue } from '../value.ts'
import type { SqlVersion } from '../version.ts'
import { indexOf, lengthOf, slice } from './characters.ts'
import { concatArrays } from './collections.ts'
import { pure } from './define.ts'
import { clampInt } from './numbers.ts'

/** Spaces that `lpad` and `rpad` add at most; the guide's number. */
const PAD_MAX = 1_000
const ASCII_MAX = 127

const ofText = (name: string, apply: (text: string) => SqlValue, since?: SqlVersion): SqlFunction =>
  pure(
    name,
    1,
    ([argument]) => {
      const text = toText(argument)
      return text === undefined ? undefined : apply(text)
    },
    since,
  )

const ofTwoTexts = (name: string, apply: (text: string, part: string) => SqlValue): SqlFunction =>
  pure(name, 2, ([first, second]) => {
    const text = toText(first)
    const part = toText(second)
    return text === undefined || part === undefined ? undefined : apply(text, part)
  })

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t'

/** Without the spaces and tabs at its ends; a regular expression for the end would look at each of them twice. */
function trim(text: string, atStart: boolean, atEnd: boolean): string {
  let from = 0
  let to = text.length
  while (atStart && from < to && isBlank(text[from])) from++
  while (atEnd && from < to && isBlank(text[to - 1])) to--
  return text.slice(from, to)
}

/** Adds spaces: the guide's `lpad('hello', 2)` is `'  hello'`, where other dialects pad up to a width. */
const padding = (name: string, join: (text: string, spaces: string) => string): SqlFunction =>
  pure(name, 2, ([argument, spaces]) => {
    const text = toText(argument)
    const count = clampInt(spaces, 0, PAD_MAX)
    if (text === undefined || count === undefined) return undefined
    boundChars(text.length + count)
    return join(text, ' '.repeat(count))
  })

function substring(args: readonly SqlValue[]): SqlValue {
  const text = toText(args[0])
  if (text === undefined) return undefined
  const from = clampInt(args[1], 0, text.length)
  const to = args.length === 3 ? clampInt(args[2], 0, text.length) : text.length
  return from === undefined || to === undefined ? undefined : slice(text, from, to)
}

/** Of scalars alone: the guide says that it does not look into arrays, and their JSON text would pretend to. */
const scalarText = (value: SqlValue): string | undefined =>
  typeof value === 'object' && !isNumber(value) ? undefined : toText(value)

function indexof([whole, part]: readonly SqlValue[]): SqlValue {
  const text = scalarText(whole)
  const sought = scalarText(part)
  return text === undefined || sought === undefined ? undefined : indexOf(text, sought)
}

function replace(args: readonly SqlValue[]): SqlValue {
  const [text, part, instead] = args.map(toText)
  if (text === undefined || part === undefined || instead === undefined) return undefined
  const grown = text.length + (text.split(part).length - 1) * (instead.length - part.length)
  boundChars(grown)
  return text.replaceAll(part, () => instead)
}

/** Without arguments Undefined, with one that argument, and with an array among more of them an array. */
function concat(args: readonly SqlValue[]): SqlValue {
  if (args.length < 2) return args[0]
  if (args.some(isArray)) return concatArrays(args)
  if (!args.some((argument) => typeof argument === 'string')) return undefined
  let text = ''
  for (const argument of args) {
    const part = toText(argument)
    if (part === undefined) return undefined
    boundChars(text.length + part.length)
    text += part
  }
  return text
}

function chr([argument]: readonly SqlValue[]): SqlValue {
  const code = toInt(argument)
  const isAscii = typeof code === 'number' && code >= 0 && code <= ASCII_MAX
  return isAscii ? String.fromCharCode(code) : undefined
}

/** Texts: arguments of other types are taken in their String form. */
export const STRING_FUNCTIONS: readonly SqlFunction[] = [
  pure('concat', [0, Number.POSITIVE_INFINITY], concat),
  ofText('lower', (text) => text.toLowerCase()),
  ofText('upper', (text) => text.toUpperCase()),
  ofText('trim', (text) => trim(text, true, true)),
  ofText('ltrim', (text) => trim(text, true, false)),
  ofText('rtrim', (text) => trim(text, false, true)),
  padding('lpad', (text, spaces) => spaces + text),
  padding('rpad', (text, spaces) => text + spaces),
  ofText('length', lengthOf, '2016-03-23'),
  ofText('numbytes', (text) => encodeText(text).length, '2016-03-23'),
  pure('substring', [2, 3], substring),
  pure('indexof', 2, indexof, '2016-03-23'),
  ofTwoTexts('startswith', (text, part) => text.startsWith(part)),
  ofTwoTexts('endswith', (text, part) => text.endsWith(part)),
  pure('replace', 3, replace),
  pure('chr', 1, chr),
]

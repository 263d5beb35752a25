import { placeAt, SqlError } from './errors.ts'

export type TokenKind = 'word' | 'variable' | 'number' | 'string' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; of a string what is between its delimiters, of a variable its name without `@`. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** Of a string: the delimiter. */
  readonly quote?: string
}

const VARIABLE_CHARS_MAX = 64

const SPACE = /\s*/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const VARIABLE = /@([A-Za-z0-9_]*)/y
const NUMBER = /\d+(?:\.\d+)?(?:[eE]-?\d+)?/y
const SYMBOL = /<>|<=|>=|[-+*/%=<>()[\]{},.:]/y

/** What other dialects have and this one does not. */
const FOREIGN = new Map([
  ['!=', '<>'],
  ['==', '='],
  ['||', '+'],
  ['&&', 'AND'],
])

/** The token at an offset, after white space. The language has no comments. @throws SqlError */
export function tokenAt(text: string, offset: number): Token {
  const start = offset + (matchAt(SPACE, text, offset) ?? '').length
  if (start >= text.length) return { kind: 'end', text: '', start: text.length, end: text.length }
  const char = text[start] as string
  if (char === "'" || char === '"') return stringAt(text, start, char)
  if (char === '@') return variableAt(text, start)
  const word = matchAt(WORD, text, start)
  if (word !== undefined) return { kind: 'word', text: word, start, end: start + word.length }
  const number = matchAt(NUMBER, text, start)
  if (number !== undefined) return numberToken(text, start, number)
  const foreign = FOREIGN.get(text.slice(start, start + 2))
  if (foreign !== undefined) throw unknownText(text, start, 2, `write ${foreign}`)
  const symbol = matchAt(SYMBOL, text, start)
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, start, end: start + symbol.length }
  const isComment = char === '#' || char === ';'
  throw unknownText(text, start, 1, isComment ? 'the language has no comments and no semicolons' : undefined)
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

/** A backslash is an ordinary character unless it stands before the delimiter. */
function stringAt(text: string, start: number, quote: string): Token {
  let value = ''
  for (let index = start + 1; index < text.length; index++) {
    const char = text[index] as string
    if (char === quote) return { kind: 'string', text: value, start, end: index + 1, quote }
    const isEscape = char === '\\' && text[index + 1] === quote
    value += isEscape ? quote : char
    if (isEscape) index++
  }
  throw new SqlError('GENBA_SQL_SYNTAX', 'a string is not closed', placeAt(text, start), {
    expected: `${quote} at its end`,
    received: 'the end of the text',
  })
}

function variableAt(text: string, start: number): Token {
  const name = (matchAt(VARIABLE, text, start) ?? '@').slice(1)
  if (name.length >= 1 && name.length <= VARIABLE_CHARS_MAX) {
    return { kind: 'variable', text: name, start, end: start + name.length + 1 }
  }
  throw new SqlError('GENBA_SQL_SYNTAX', 'this is no name of a variable', placeAt(text, start), {
    expected: `@ and 1 to ${VARIABLE_CHARS_MAX} letters, digits or underscores`,
    received: name === '' ? '@' : `${name.length} characters`,
  })
}

function numberToken(text: string, start: number, number: string): Token {
  const end = start + number.length
  const next = text[end] ?? ''
  if (!/[A-Za-z0-9_.]/.test(next)) return { kind: 'number', text: number, start, end }
  const written = matchAt(/[A-Za-z0-9_.+-]+/y, text, start) ?? number
  throw new SqlError(
    'GENBA_SQL_SYNTAX',
    `"${shorten(written)}" is neither a number nor a name`,
    placeAt(text, start),
    {
      expected: 'a number such as 5, 2.745 or -2.4E-7, or a name that starts with a letter',
      mend: 'reach a member whose name starts with a digit by get(object, "name")',
    },
  )
}

function unknownText(text: string, start: number, length: number, mend: string | undefined): SqlError {
  const received = JSON.stringify(text.slice(start, start + length))
  return new SqlError('GENBA_SQL_SYNTAX', `${received} is no part of the language`, placeAt(text, start), {
    ...(mend === undefined ? {} : { mend }),
  })
}

/** Of a text that someone else wrote, for a message. */
export const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

import { nearestWord } from '../component/unknown-keys.ts'
import type { Issue } from '../errors/genba-error.ts'
import { placeAt, SqlError, type SqlErrorCode } from './errors.ts'
import { SQL_CHARS_MAX, SQL_DEPTH_MAX, SQL_HEIGHT_MAX, SQL_NODES_MAX } from './limits.ts'
import type { Expression } from './syntax.ts'
import { shorten, type Token, tokenAt } from './tokens.ts'
import type { SqlVersion } from './version.ts'

/** Words that name no attribute by themselves. */
const RESERVED = [
  'AND',
  'AS',
  'CASE',
  'ELSE',
  'END',
  'FALSE',
  'FROM',
  'IN',
  'NOT',
  'NULL',
  'OR',
  'SELECT',
  'THEN',
  'TRUE',
  'WHEN',
  'WHERE',
] as const
const RESERVED_WORDS: ReadonlySet<string> = new Set(RESERVED)

type Grown = Pick<Expression, 'start' | 'end' | 'height'>

/** A place in a text that is being parsed: tokens are read as they are asked for, and bounds are kept. */
export class Cursor {
  readonly text: string
  readonly version: SqlVersion
  #token: Token
  /** Where the token before this one ends. */
  #end = 0
  #depth = 0
  #nodes = 0

  constructor(text: string, version: SqlVersion, offset = 0) {
    this.text = text
    this.version = version
    if (text.length > SQL_CHARS_MAX) {
      const what = `the text has ${text.length} characters`
      throw this.error('GENBA_SQL_LIMIT', what, SQL_CHARS_MAX, { expected: `at most ${SQL_CHARS_MAX}` })
    }
    this.#token = tokenAt(text, offset)
  }

  get token(): Token {
    return this.#token
  }

  /** The token after this one. */
  peek(): Token {
    return tokenAt(this.text, this.#token.end)
  }

  take(): Token {
    const token = this.#token
    this.#end = token.end
    this.#token = tokenAt(this.text, token.end)
    return token
  }

  /** Goes on, or back, to an offset at which a token starts. */
  moveTo(offset: number): void {
    this.#token = tokenAt(this.text, offset)
  }

  atWord(word: string): boolean {
    return isWord(this.#token, word)
  }

  atSymbol(symbol: string): boolean {
    return isSymbol(this.#token, symbol)
  }

  /** Takes a word, in any case, if it is next. */
  skipWord(word: string): boolean {
    const isNext = this.atWord(word)
    if (isNext) this.take()
    return isNext
  }

  skipSymbol(symbol: string): boolean {
    const isNext = this.atSymbol(symbol)
    if (isNext) this.take()
    return isNext
  }

  expectWord(word: string, context: string): void {
    if (!this.skipWord(word)) throw this.unexpected(`${word} ${context}`, [word])
  }

  expectSymbol(symbol: string, context: string): void {
    if (!this.skipSymbol(symbol)) throw this.unexpected(`${JSON.stringify(symbol)} ${context}`)
  }

  /** Counts an expression, and its depth while `parse` runs. */
  within<Result>(parse: () => Result): Result {
    this.#nodes++
    if (this.#nodes > SQL_NODES_MAX) {
      throw this.error('GENBA_SQL_LIMIT', 'the statement has too many expressions', this.#token.start, {
        expected: `at most ${SQL_NODES_MAX}`,
      })
    }
    if (++this.#depth > SQL_DEPTH_MAX) {
      throw this.error('GENBA_SQL_LIMIT', 'expressions are nested too deep', this.#token.start, {
        expected: `at most ${SQL_DEPTH_MAX} levels`,
      })
    }
    const result = parse()
    this.#depth--
    return result
  }

  /** An expression of these parts that starts at `start` and ends before the next token. */
  grow<Part extends object>(part: Part, start: number, parts: readonly Expression[]): Part & Grown {
    const height = 1 + parts.reduce((most, child) => Math.max(most, child.height), 0)
    if (height > SQL_HEIGHT_MAX) {
      throw this.error('GENBA_SQL_LIMIT', 'the expression has too many levels', start, {
        expected: `at most ${SQL_HEIGHT_MAX}`,
      })
    }
    return { ...part, start, end: this.#end, height }
  }

  /** What is next is not what the grammar has here; `words` are those that may have been meant. */
  unexpected(expected: string, words: readonly string[] = []): SqlError {
    const { kind, text, start } = this.#token
    const nearest = kind === 'word' ? nearestWord(text, words) : undefined
    const isMisspelt = nearest !== undefined && nearest.toLowerCase() !== text.toLowerCase()
    return this.error('GENBA_SQL_SYNTAX', `expected ${expected}`, start, {
      received: describe(this.#token),
      ...(isMisspelt ? { mend: `did you mean ${nearest}?` } : {}),
    })
  }

  /** Refuses what is newer than the statement's version. */
  needs(version: SqlVersion, what: string, start: number): void {
    if (this.version >= version) return
    throw this.error('GENBA_SQL_VERSION', `${what} are newer than this statement's SQL version`, start, {
      expected: `version ${version}`,
      received: `version ${this.version}`,
      mend: `set the version of the SQL to ${version}`,
    })
  }

  error(code: SqlErrorCode, message: string, start: number, issue: Issue = {}): SqlError {
    return new SqlError(code, message, placeAt(this.text, start), issue)
  }
}

export const isSymbol = (token: Token, symbol: string): boolean =>
  token.kind === 'symbol' && token.text === symbol

export const isWord = (token: Token, word: string): boolean =>
  token.kind === 'word' && token.text.length === word.length && token.text.toUpperCase() === word

export const isReserved = (token: Token): boolean =>
  token.kind === 'word' && RESERVED_WORDS.has(token.text.toUpperCase())

function describe({ kind, text, quote }: Token): string {
  if (kind === 'end') return 'the end of the text'
  if (kind === 'string') return `the string ${quote}${shorten(text)}${quote}`
  return kind === 'variable' ? `@${text}` : shorten(text)
}

import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type SqlErrorCode =
  /** The text is no statement of the language. */
  | 'GENBA_SQL_SYNTAX'
  /** It needs a newer version of the language than it asks for. */
  | 'GENBA_SQL_VERSION'
  /** It asks outside the message for what this host cannot answer. */
  | 'GENBA_SQL_LOOKUP'
  /** It is longer, deeper or larger than a named limit. */
  | 'GENBA_SQL_LIMIT'

/**
 * Why a text is refused, and where in it; or why an evaluation was stopped, which has no place. Line and column count
 * from 1, columns in UTF-16 units.
 */
export class SqlError extends GenbaError {
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(code: SqlErrorCode, message: string, place: Place | undefined, issue: Issue = {}) {
    super(code, message, { issues: [{ ...(place === undefined ? {} : describePlace(place)), ...issue }] })
    this.name = 'SqlError'
    this.line = place?.line
    this.column = place?.column
  }
}

const describePlace = ({ line, column, excerpt }: Place): Issue => ({
  where: `line ${line}, column ${column}`,
  excerpt,
})

interface Place {
  readonly line: number
  readonly column: number
  /** The line, or the part of it around the place, and under it a caret. */
  readonly excerpt: readonly [string, string]
}

/** What of a long line is shown on each side of the place. */
const EXCERPT_SIDE_CHARS = 60

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/)
  const column = (before.at(-1)?.length ?? 0) + 1
  const lineStart = offset - column + 1
  const rest = text.slice(lineStart).search(/[\r\n]/)
  const line = rest < 0 ? text.slice(lineStart) : text.slice(lineStart, lineStart + rest)
  const from = Math.max(0, column - 1 - EXCERPT_SIDE_CHARS)
  const shown = line.slice(from, column - 1 + EXCERPT_SIDE_CHARS).replace(/\p{Cc}/gu, ' ')
  const [left, right] = [from > 0 ? '…' : '', column - 1 + EXCERPT_SIDE_CHARS < line.length ? '…' : '']
  const caret = `${' '.repeat(left.length + column - 1 - from)}^`
  return { line: before.length, column, excerpt: [`${left}${shown}${right}`, caret] }
}

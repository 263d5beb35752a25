import { type Cursor, isSymbol } from './cursor.ts'
import type { Expression, GroupBy, WindowArgument } from './syntax.ts'

const WINDOWS = ['TUMBLE', 'HOP', 'SESSION', 'COUNT']

/** A duration such as `10s` or a number, with or without quotes, and what ends it. */
const ARGUMENT = /\s*(?:'([^']*)'|"([^"]*)"|([A-Za-z0-9_.]+))\s*([,)])/y

/** `GROUP BY [key, …] TUMBLE(10s) [HAVING condition]`, an extension of the language. @throws SqlError */
export function parseGroupBy(cursor: Cursor, parse: () => Expression): GroupBy {
  cursor.take()
  cursor.expectWord('BY', 'after GROUP')
  const keys: Expression[] = []
  while (!atWindow(cursor)) {
    const isEnd = cursor.token.kind === 'end' || cursor.atWord('HAVING')
    if (isEnd)
      throw cursor.unexpected('a window: TUMBLE(10s), HOP(10s, 5s), SESSION(1m) or COUNT(100)', WINDOWS)
    keys.push(parse())
    if (!cursor.skipSymbol(',')) throw cursor.unexpected('"," and a window such as TUMBLE(10s)')
  }
  const { text, start } = cursor.token
  const args = parseArguments(cursor)
  if (cursor.atSymbol(',')) throw cursor.unexpected('HAVING or the end: the window comes last in GROUP BY')
  const having = cursor.skipWord('HAVING') ? parse() : undefined
  return { keys, window: { name: text.toUpperCase(), args, start }, having }
}

const atWindow = (cursor: Cursor): boolean =>
  WINDOWS.some((word) => cursor.atWord(word)) && isSymbol(cursor.peek(), '(')

/** Durations are no tokens of the language: they are read from the text. */
function parseArguments(cursor: Cursor): WindowArgument[] {
  const args: WindowArgument[] = []
  let offset = cursor.peek().end
  for (;;) {
    ARGUMENT.lastIndex = offset
    const [whole, single, double, bare, close] = ARGUMENT.exec(cursor.text) ?? []
    if (whole === undefined) {
      throw cursor.error('GENBA_SQL_SYNTAX', 'expected a duration such as 10s or a number', offset)
    }
    args.push({ text: single ?? double ?? bare ?? '', start: offset + whole.search(/\S/) })
    offset += whole.length
    if (close === ')') break
  }
  cursor.moveTo(offset)
  return args
}

import { nearestWord } from '../component/unknown-keys.ts'
import { Cursor, isReserved, isSymbol, isWord } from './cursor.ts'
import { parseExpression, parseMembers } from './parse-expression.ts'
import { parseGroupBy } from './parse-group-by.ts'
import type { Assignment, Expression, Item, NestedQuery, Selection, Statement } from './syntax.ts'
import { shorten } from './tokens.ts'
import { checkTopicFilter } from './topic-filter.ts'
import type { SqlVersion } from './version.ts'

/**
 * Parses a whole statement.
 *
 * @param windows whether `GROUP BY` windows, which the cloud does not have, may be used
 * @throws SqlError at the first place that is wrong
 */
export function parseStatement(text: string, version: SqlVersion, windows: boolean): Statement {
  const cursor = new Cursor(text, version)
  const variables = cursor.atWord('SET') ? parseVariables(cursor) : []
  cursor.expectWord('SELECT', 'at the start of a statement')
  const selection = parseSelection(cursor)
  const topicFilter = cursor.skipWord('FROM') ? parseTopicFilter(cursor) : undefined
  const where = cursor.skipWord('WHERE') ? parse(cursor) : undefined
  const groupBy = windows && cursor.atWord('GROUP') ? parseGroupBy(cursor, () => parse(cursor)) : undefined
  if (cursor.token.kind !== 'end') throw atEnd(cursor, { topicFilter, where, groupBy, windows })
  return { variables, selection, topicFilter, where, groupBy }
}

/** Parses a text that is one expression. @throws SqlError */
export function parseWholeExpression(text: string, version: SqlVersion): Expression {
  const cursor = new Cursor(text, version)
  const expression = parse(cursor)
  if (cursor.token.kind !== 'end') throw cursor.unexpected('an operator or the end')
  return expression
}

/** Parses an expression within a text. @returns it and where the token after it starts. @throws SqlError */
export function parseExpressionAt(
  text: string,
  version: SqlVersion,
  offset: number,
  close: string,
): { readonly expression: Expression; readonly end: number } {
  const cursor = new Cursor(text, version, offset)
  const expression = parse(cursor)
  if (!cursor.atSymbol(close)) throw cursor.unexpected(`an operator or ${JSON.stringify(close)}`)
  return { expression, end: cursor.token.end }
}

const parse = (cursor: Cursor): Expression => parseExpression(cursor, () => parseNested(cursor))

/** `FORM 'a/b'` reads as an attribute and a string that does not belong here: then FROM is meant. */
function misspelt(cursor: Cursor): Error | undefined {
  const before = /([A-Za-z_]\w*)\s*$/.exec(cursor.text.slice(0, cursor.token.start))
  const [, word = ''] = before ?? []
  const meant = cursor.token.kind === 'string' ? nearestWord(word, ['FROM']) : undefined
  if (before === null || meant === undefined) return undefined
  return cursor.error('GENBA_SQL_SYNTAX', `"${shorten(word)}" before a string is no keyword`, before.index, {
    mend: `did you mean ${meant}?`,
  })
}

function atEnd(
  cursor: Cursor,
  had: Omit<Statement, 'selection' | 'variables'> & { readonly windows: boolean },
): Error {
  if (cursor.atWord('GROUP') && !had.windows) {
    throw cursor.error('GENBA_SQL_SYNTAX', "the rules' SQL has no GROUP BY", cursor.token.start, {
      mend: 'windows are an extension: use it where a rule takes windows',
    })
  }
  const words = [
    ...(had.topicFilter === undefined && had.where === undefined ? ['FROM'] : []),
    ...(had.where === undefined && had.groupBy === undefined ? ['WHERE'] : []),
    ...(had.windows && had.groupBy === undefined ? ['GROUP BY'] : []),
  ]
  const isItem = had.topicFilter === undefined && had.where === undefined
  const meant = isItem ? misspelt(cursor) : undefined
  if (meant !== undefined) return meant
  return cursor.unexpected(
    [...(isItem ? ['"," or AS'] : []), 'an operator', ...words, 'or the end']
      .join(', ')
      .replace(', or', ' or'),
    [...words, 'AND', 'OR', 'AS', 'IN'],
  )
}

function parseVariables(cursor: Cursor): Assignment[] {
  cursor.take()
  const variables: Assignment[] = []
  do {
    const { kind, text: name, start } = cursor.token
    if (kind !== 'variable') throw cursor.unexpected('a variable such as @limit')
    if (variables.some((variable) => variable.name === name)) {
      throw cursor.error('GENBA_SQL_SYNTAX', `@${name} is assigned twice`, start, {
        mend: 'give the second value a name of its own',
      })
    }
    cursor.take()
    cursor.expectSymbol('=', `after @${name}`)
    variables.push({ name, expression: parse(cursor) })
  } while (cursor.skipSymbol(','))
  return variables
}

function parseSelection(cursor: Cursor): Selection {
  if (cursor.atWord('VALUE') && startsExpression(cursor)) {
    const { start } = cursor.token
    cursor.take()
    const expression = parse(cursor)
    const isAttribute = /^[-*]/.test(cursor.text.slice(expression.start, expression.start + 1))
    // `value - 1 AS rest` is a sum with an attribute of this name: VALUE takes neither an alias nor a second item.
    if (!isAttribute || !(cursor.atWord('AS') || cursor.atSymbol(','))) {
      if (cursor.atSymbol(',')) throw cursor.unexpected('one expression after SELECT VALUE, then FROM')
      return { kind: 'value', expression }
    }
    cursor.moveTo(start)
  }
  const items: Item[] = []
  do items.push(parseItem(cursor))
  while (cursor.skipSymbol(','))
  return { kind: 'items', items }
}

/** Whether the token after this one starts an expression, so that this one is the keyword VALUE. */
function startsExpression(cursor: Cursor): boolean {
  const next = cursor.peek()
  switch (next.kind) {
    case 'symbol':
      return next.text === '-' || next.text === '*' ? !isFactor(cursor) : '([{'.includes(next.text)
    case 'word':
      return !isReserved(next) || ['CASE', 'NOT', 'TRUE', 'FALSE', 'NULL'].some((word) => isWord(next, word))
    case 'end':
      return false
    default:
      return true
  }
}

/** `value * 2` multiplies, `VALUE *` is the whole payload. */
function isFactor(cursor: Cursor): boolean {
  const star = cursor.peek()
  if (star.text !== '*') return false
  const { text } = cursor
  return /^\s*[A-Za-z_0-9@'"({[-]/.test(text.slice(star.end)) && !/^\s*FROM\b/i.test(text.slice(star.end))
}

function parseItem(cursor: Cursor): Item {
  if (cursor.atSymbol('*') && isStarItem(cursor)) {
    cursor.take()
    return { expression: undefined, path: [] }
  }
  const { start } = cursor.token
  const expression = parse(cursor)
  if (!cursor.skipWord('AS'))
    return { expression, path: [ownName(expression, cursor.text.slice(start, expression.end))] }
  const path: string[] = []
  do {
    const isMissing = cursor.atWord('FROM') && cursor.peek().kind === 'string'
    if (cursor.token.kind !== 'word' || isMissing) throw cursor.unexpected('a name after AS')
    path.push(cursor.take().text)
  } while (cursor.skipSymbol('.'))
  return { expression, path }
}

function isStarItem(cursor: Cursor): boolean {
  const next = cursor.peek()
  return (
    next.kind === 'end' ||
    isSymbol(next, ',') ||
    isSymbol(next, ')') ||
    ['FROM', 'WHERE', 'GROUP'].some((word) => isWord(next, word))
  )
}

/** What an item without AS is called: the last name of a path, the function that is called, else its own text. */
function ownName(expression: Expression, text: string): string {
  const { kind } = expression
  return kind === 'name' || kind === 'member' || kind === 'variable' || kind === 'call'
    ? expression.name
    : text
}

function parseTopicFilter(cursor: Cursor): string {
  const { kind, text, start, quote } = cursor.token
  if (kind !== 'string' || quote !== "'")
    throw cursor.unexpected("a topic filter in single quotes, such as 'line1/#'")
  const fault = checkTopicFilter(text)
  if (fault !== undefined) throw cursor.error('GENBA_SQL_SYNTAX', fault, start)
  cursor.take()
  return text
}

function parseNested(cursor: Cursor): NestedQuery {
  cursor.expectWord('SELECT', 'of a nested query')
  const selection = parseSelection(cursor)
  cursor.expectWord('FROM', 'of a nested query')
  const source = parseSource(cursor)
  let alias: string | undefined
  if (cursor.skipWord('AS')) {
    if (cursor.token.kind !== 'word' || isReserved(cursor.token))
      throw cursor.unexpected('a name for the element')
    alias = cursor.take().text
  }
  const where = cursor.skipWord('WHERE') ? parse(cursor) : undefined
  return { selection, source, alias, where }
}

function parseSource(cursor: Cursor): Expression {
  const { kind, text, start } = cursor.token
  if (cursor.skipSymbol('*')) return cursor.grow({ kind: 'star' }, start, [])
  if (kind !== 'variable' && (kind !== 'word' || isReserved(cursor.token))) {
    throw cursor.unexpected('what the nested query reads: *, a path such as a.b, or a variable')
  }
  cursor.take()
  return parseMembers(
    cursor,
    cursor.grow({ kind: kind === 'word' ? 'name' : 'variable', name: text }, start, []),
  )
}

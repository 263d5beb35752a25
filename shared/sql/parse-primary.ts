import { nearestWord } from '../component/unknown-keys.ts'
import { type Cursor, isReserved, isSymbol, isWord } from './cursor.ts'
import { partsOfQuery } from './parts.ts'
import type { CastType, Expression, NestedQuery } from './syntax.ts'
import { shorten } from './tokens.ts'
import { fromDecimal, readDecimal, type SqlValue } from './value.ts'
import type { SqlVersion } from './version.ts'

/** The parts of the grammar that a part below them needs. */
export interface Grammar {
  expression(): Expression
  nested(): NestedQuery
}

const LITERALS = new Map<string, SqlValue>([
  ['TRUE', true],
  ['FALSE', false],
  ['NULL', null],
])

const EXPECTED = 'an expression: a name, a literal, a function or "("'

export function parsePrimary(cursor: Cursor, grammar: Grammar): Expression {
  const { kind, text, start } = cursor.token
  switch (kind) {
    case 'number':
      cursor.take()
      return cursor.grow({ kind: 'literal', value: numberLiteral(text, cursor.version) }, start, [])
    case 'string':
      cursor.take()
      return cursor.grow({ kind: 'literal', value: text }, start, [])
    case 'variable':
      cursor.take()
      return cursor.grow({ kind: 'variable', name: text }, start, [])
    case 'word':
      return parseWord(cursor, grammar)
    case 'symbol':
      return parseSymbol(cursor, grammar)
    case 'end':
      throw cursor.unexpected(EXPECTED)
  }
}

/** `10.0` is the Int 10, but in version 2015-10-08 a Decimal. */
function numberLiteral(text: string, version: SqlVersion): SqlValue {
  const value = readDecimal(text)
  return version === '2015-10-08' && /[.eE]/.test(text) && value.isInteger() ? value : fromDecimal(value)
}

function parseWord(cursor: Cursor, grammar: Grammar): Expression {
  const { text, start } = cursor.token
  const isCall = isSymbol(cursor.peek(), '(')
  if (isWord(cursor.token, 'CASE')) return parseCase(cursor, grammar)
  if (isReserved(cursor.token)) {
    const word = text.toUpperCase()
    if (!LITERALS.has(word)) throw cursor.unexpected(EXPECTED)
    cursor.take()
    return cursor.grow({ kind: 'literal', value: LITERALS.get(word) }, start, [])
  }
  if (isCall && isWord(cursor.token, 'CAST')) return parseCast(cursor, grammar)
  if (isCall && isWord(cursor.token, 'EXISTS')) return parseExists(cursor, grammar)
  cursor.take()
  if (!isCall) return cursor.grow({ kind: 'name', name: text }, start, [])
  cursor.take()
  const args = parseList(
    cursor,
    ')',
    () => parseArgument(cursor, grammar),
    `after the arguments of ${shorten(text)}`,
  )
  return cursor.grow({ kind: 'call', name: text, args }, start, args)
}

/** The cloud takes a nested query as an argument without parentheses of its own. */
function parseArgument(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.token
  return cursor.atWord('SELECT') ? nestedExpression(cursor, grammar, 'nested', start) : grammar.expression()
}

function parseSymbol(cursor: Cursor, grammar: Grammar): Expression {
  const { text, start } = cursor.token
  switch (text) {
    case '*':
      cursor.take()
      return cursor.grow({ kind: 'star' }, start, [])
    case '(':
      return parseParentheses(cursor, grammar)
    case '[': {
      cursor.needs('2016-03-23', 'array literals', start)
      cursor.take()
      const items = parseList(cursor, ']', grammar.expression, 'after the items of an array')
      return cursor.grow({ kind: 'array', items }, start, items)
    }
    case '{': {
      cursor.needs('2016-03-23', 'object literals', start)
      cursor.take()
      const members = parseList(
        cursor,
        '}',
        () => parseObjectMember(cursor, grammar),
        'after the members of an object',
      )
      return cursor.grow(
        { kind: 'object', members },
        start,
        members.map(([, value]) => value),
      )
    }
    default:
      throw cursor.unexpected(EXPECTED)
  }
}

function parseParentheses(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.take()
  const inner = cursor.atWord('SELECT')
    ? nestedExpression(cursor, grammar, 'nested', start)
    : grammar.expression()
  cursor.expectSymbol(')', 'to close the parenthesis')
  return inner
}

function nestedExpression(
  cursor: Cursor,
  grammar: Grammar,
  kind: 'nested' | 'exists',
  start: number,
): Expression {
  cursor.needs('2016-03-23', 'nested queries', start)
  const query = cursor.within(grammar.nested)
  return cursor.grow({ kind, query }, start, partsOfQuery(query))
}

function parseExists(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.take()
  cursor.expectSymbol('(', 'after EXISTS')
  if (!cursor.atWord('SELECT')) throw cursor.unexpected('SELECT in EXISTS ( )', ['SELECT'])
  const exists = nestedExpression(cursor, grammar, 'exists', start)
  cursor.expectSymbol(')', 'to close EXISTS')
  return exists
}

function parseObjectMember(cursor: Cursor, grammar: Grammar): readonly [string, Expression] {
  if (cursor.token.kind !== 'string') throw cursor.unexpected('the name of a member, in quotes')
  const name = cursor.take().text
  cursor.expectSymbol(':', 'after the name of a member')
  return [name, grammar.expression()]
}

function parseList<Part>(cursor: Cursor, close: string, parse: () => Part, context: string): Part[] {
  const parts: Part[] = []
  if (cursor.skipSymbol(close)) return parts
  for (;;) {
    parts.push(parse())
    if (cursor.skipSymbol(close)) return parts
    if (!cursor.skipSymbol(',')) throw cursor.unexpected(`"," or ${JSON.stringify(close)} ${context}`)
  }
}

function parseCase(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.take()
  if (cursor.atWord('WHEN')) throw cursor.unexpected('the value that CASE compares')
  const subject = grammar.expression()
  const branches: { when: Expression; result: Expression }[] = []
  while (cursor.skipWord('WHEN')) {
    const when = grammar.expression()
    cursor.expectWord('THEN', 'after what CASE compares with')
    branches.push({ when, result: grammar.expression() })
  }
  if (branches.length === 0) throw cursor.unexpected('WHEN', ['WHEN'])
  const otherwise = cursor.skipWord('ELSE') ? grammar.expression() : undefined
  cursor.expectWord('END', 'at the end of CASE')
  const parts = branches.flatMap(({ when, result }) => [when, result])
  return cursor.grow({ kind: 'case', subject, branches, otherwise }, start, [
    subject,
    ...parts,
    ...(otherwise === undefined ? [] : [otherwise]),
  ])
}

const CAST_TYPES = new Map<string, { readonly to: CastType; readonly since: SqlVersion }>([
  ...['String', 'Nvarchar', 'Text', 'Ntext', 'Varchar'].map(castType('string', '2015-10-08')),
  ...['Int', 'Integer'].map(castType('int', '2015-10-08')),
  ['DOUBLE', { to: 'decimal', since: '2015-10-08' }],
  ['DECIMAL', { to: 'decimal', since: '2016-03-23' }],
  ...['Bool', 'Boolean'].map(castType('boolean', '2016-03-23')),
])

function castType(to: CastType, since: SqlVersion) {
  return (name: string) => [name.toUpperCase(), { to, since }] as const
}

function parseCast(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.take()
  cursor.take()
  const operand = grammar.expression()
  cursor.expectWord('AS', 'and a type, in cast(value AS type)')
  const { text: name, start: nameStart } = cursor.token
  const type = cursor.token.kind === 'word' ? CAST_TYPES.get(name.toUpperCase()) : undefined
  if (type === undefined) {
    const nearest = nearestWord(name, [...CAST_TYPES.keys()])
    throw cursor.error('GENBA_SQL_SYNTAX', `"${shorten(name)}" is no type to cast to`, nameStart, {
      expected: 'one of String, Int, Integer, Double, Decimal, Bool, Boolean, Nvarchar, Text, Ntext, Varchar',
      ...(nearest === undefined ? {} : { mend: `did you mean ${nearest}?` }),
    })
  }
  cursor.needs(type.since, `casts to ${name}`, nameStart)
  cursor.take()
  cursor.expectSymbol(')', 'to close cast')
  return cursor.grow({ kind: 'cast', operand, to: type.to }, start, [operand])
}

import { type Cursor, isSymbol } from './cursor.ts'
import { type Grammar, parsePrimary } from './parse-primary.ts'
import type { ArithmeticOperator, CompareOperator, Expression, NestedQuery } from './syntax.ts'

const COMPARISONS: ReadonlySet<string> = new Set<CompareOperator>(['=', '<>', '<', '<=', '>', '>='])
const SUMS: ReadonlySet<string> = new Set<ArithmeticOperator>(['+', '-'])
const PRODUCTS: ReadonlySet<string> = new Set<ArithmeticOperator>(['*', '/', '%'])

/**
 * From loose to tight: OR, AND, NOT, one comparison or IN, sums, products, minus, members. All but comparisons
 * associate to the left; comparisons do not chain.
 */
export function parseExpression(cursor: Cursor, nested: () => NestedQuery): Expression {
  const grammar: Grammar = { expression: () => parseExpression(cursor, nested), nested }
  return cursor.within(() => parseLogic(cursor, grammar, 'or'))
}

function parseLogic(cursor: Cursor, grammar: Grammar, operator: 'or' | 'and'): Expression {
  const next = () => (operator === 'or' ? parseLogic(cursor, grammar, 'and') : parseNot(cursor, grammar))
  let left = next()
  while (cursor.skipWord(operator.toUpperCase())) {
    const right = next()
    left = cursor.grow({ kind: 'logic', operator, left, right }, left.start, [left, right])
  }
  return left
}

function parseNot(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.token
  if (!cursor.skipWord('NOT')) return parseComparison(cursor, grammar)
  const operand = cursor.within(() => parseNot(cursor, grammar))
  return cursor.grow({ kind: 'not', operand }, start, [operand])
}

function parseComparison(cursor: Cursor, grammar: Grammar): Expression {
  const left = parseSum(cursor, grammar)
  if (cursor.skipWord('IN')) {
    const right = parseSum(cursor, grammar)
    return cursor.grow({ kind: 'in', left, right }, left.start, [left, right])
  }
  if (!isOneOf(cursor, COMPARISONS)) return left
  const operator = cursor.take().text as CompareOperator
  const right = parseSum(cursor, grammar)
  if (isOneOf(cursor, COMPARISONS)) {
    throw cursor.error('GENBA_SQL_SYNTAX', 'comparisons do not chain', cursor.token.start, {
      mend: 'join two comparisons with AND',
    })
  }
  return cursor.grow({ kind: 'compare', operator, left, right }, left.start, [left, right])
}

function parseSum(cursor: Cursor, grammar: Grammar): Expression {
  return parseArithmetic(cursor, SUMS, () =>
    parseArithmetic(cursor, PRODUCTS, () => parseUnary(cursor, grammar)),
  )
}

function parseArithmetic(cursor: Cursor, operators: ReadonlySet<string>, next: () => Expression): Expression {
  let left = next()
  while (isOneOf(cursor, operators)) {
    const operator = cursor.take().text as ArithmeticOperator
    const right = next()
    left = cursor.grow({ kind: 'arithmetic', operator, left, right }, left.start, [left, right])
  }
  return left
}

function parseUnary(cursor: Cursor, grammar: Grammar): Expression {
  const { start } = cursor.token
  if (!cursor.skipSymbol('-')) return parseMembers(cursor, parsePrimary(cursor, grammar))
  const operand = cursor.within(() => parseUnary(cursor, grammar))
  return cursor.grow({ kind: 'negate', operand }, start, [operand])
}

/** `.name` any number of times; after a dot any word is a name. */
export function parseMembers(cursor: Cursor, primary: Expression): Expression {
  let of = primary
  while (cursor.skipSymbol('.')) {
    if (cursor.token.kind !== 'word') throw cursor.unexpected('a name after "."')
    const name = cursor.take().text
    of = cursor.grow({ kind: 'member', of, name }, of.start, [of])
  }
  if (isSymbol(cursor.token, '[')) {
    throw cursor.error('GENBA_SQL_SYNTAX', 'an array is not indexed by brackets', cursor.token.start, {
      mend: 'write get(array, 0)',
    })
  }
  return of
}

const isOneOf = ({ token }: Cursor, symbols: ReadonlySet<string>): boolean =>
  token.kind === 'symbol' && symbols.has(token.text)

import { toBoolean } from '../convert.ts'
import { divideAs, isIntValue, operationOf } from '../operators/arithmetic.ts'
import { equal, isIn, less, lessOrEqual, notEqual } from '../operators/compare.ts'
import { and, not, or } from '../operators/logic.ts'
import type { CompareOperator, Expression, ExpressionOf } from '../syntax.ts'
import { isArray, type SqlValue } from '../value.ts'
import { anyCode, booleanCode, type Code, isPlain } from './code.ts'
import { fold } from './fold.ts'
import type { Generator } from './generator.ts'

export function arithmetic(generator: Generator, expression: ExpressionOf<'arithmetic'>): Code {
  return calculation(generator, expression).code
}

interface Calculation {
  readonly code: Code
  /** JavaScript that tells whether the value is an Int. */
  isInt(): string
}

/**
 * A calculation is a Decimal when one of its operands is, even where its value happens to be whole: `2.5 * 2 / 4` is
 * 1.25. The value does not show that, so a division asks the operands of its operands.
 */
function calculation(generator: Generator, expression: Expression): Calculation {
  const { unit, version } = generator
  if (expression.kind !== 'arithmetic') return leaf(generator, expression)
  const { operator } = expression
  const isQuotient = operator === '/' && version !== '2015-10-08'
  const hasParts = [expression.left, expression.right].some(({ kind }) => kind === 'arithmetic')
  const sides = [calculation(generator, expression.left), calculation(generator, expression.right)] as const
  const isInt = () => `${sides[0].isInt()} && ${sides[1].isInt()}`
  const codes = sides.map(({ code }) => code)
  const operation = operationOf(operator, version)
  const [left, right] = codes.map(({ js }) => js) as [string, string]
  const done = hasParts ? undefined : fold(unit, codes, ([one, other]) => operation(one, other))
  if (done !== undefined) return { code: done, isInt }
  if (!isQuotient || !hasParts) return { code: anyCode(unit.call(operation, left, right)), isInt }
  const [one, other] = [unit.temp(), unit.temp()]
  const quotient = unit.call(divideAs, one, other, isInt())
  return { code: anyCode(`(${one} = ${left}, ${other} = ${right}, ${quotient})`), isInt }
}

function leaf(generator: Generator, expression: Expression): Calculation {
  const { unit } = generator
  const code = generator.value(expression)
  if (code.constant !== undefined) {
    const isInt = isIntValue(code.constant.value)
    return { code, isInt: () => String(isInt) }
  }
  const { set, get } = unit.once(code)
  return { code: { ...code, js: set }, isInt: () => unit.call(isIntValue, get) }
}

export function logic(generator: Generator, { operator, left, right }: ExpressionOf<'logic'>): Code {
  const helper = operator === 'and' ? and : or
  const { js: one } = generator.value(left)
  return booleanCode(generator.unit.call(helper, one, generator.value(right).js))
}

export function negation(generator: Generator, { operand }: ExpressionOf<'not'>): Code {
  return booleanCode(generator.unit.call(not, generator.value(operand).js))
}

const ORDERS = {
  '<': { helper: less, swap: false },
  '<=': { helper: lessOrEqual, swap: false },
  '>': { helper: less, swap: true },
  '>=': { helper: lessOrEqual, swap: true },
} as const

/** @param onlyTrue whether Undefined need not be told from false */
export function comparison(
  generator: Generator,
  expression: ExpressionOf<'compare'>,
  onlyTrue: boolean,
): Code {
  const { operator } = expression
  const [left, right] = [generator.value(expression.left), generator.value(expression.right)]
  const helper = operator === '=' ? equal : notEqual
  const done = fold(generator.unit, [left, right], ([one, other]) => compareConstants(operator, one, other))
  if (done !== undefined) return done
  if (operator !== '=' && operator !== '<>') return order(generator, operator, left, right)
  const plain = plainSide(left, right)
  if (plain === undefined) return booleanCode(generator.unit.call(helper, left.js, right.js))
  const { set, get } = generator.unit.once(plain.other)
  const test = equalsPlain(generator, get, plain.constant)
  if (onlyTrue && operator === '=') return booleanCode(`(${set}, ${test})`)
  return booleanCode(`(${set} === void 0 ? void 0 : ${operator === '=' ? test : `!${test}`})`)
}

function compareConstants(operator: CompareOperator, left: SqlValue, right: SqlValue): SqlValue {
  if (operator === '=') return equal(left, right)
  if (operator === '<>') return notEqual(left, right)
  const { helper, swap } = ORDERS[operator]
  return swap ? helper(right, left) : helper(left, right)
}

/** Two JS numbers compare as the decimals do that they print as. */
function order(
  { unit }: Generator,
  operator: Exclude<CompareOperator, '=' | '<>'>,
  left: Code,
  right: Code,
): Code {
  const { helper, swap } = ORDERS[operator]
  const [one, other] = [unit.once(left), unit.once(right)]
  const slow = swap ? unit.call(helper, other.get, one.get) : unit.call(helper, one.get, other.get)
  const tests = [
    ...(left.type === 'number' ? [] : [`typeof ${one.get} === "number"`]),
    ...(right.type === 'number' ? [] : [`typeof ${other.get} === "number"`]),
  ].join(' && ')
  const fast = `${one.get} ${operator} ${other.get}`
  const sets = [one, other].filter(({ set, get }) => set !== get).map(({ set }) => `${set}, `)
  return booleanCode(`(${sets.join('')}${tests === '' ? fast : `${tests} ? ${fast} : ${slow}`})`)
}

/** The side of an equation that is a literal of a type that `===` compares. */
function plainSide(left: Code, right: Code): { readonly constant: Code; readonly other: Code } | undefined {
  if (right.constant !== undefined && isPlain(right.constant.value)) return { constant: right, other: left }
  return left.constant !== undefined && isPlain(left.constant.value)
    ? { constant: left, other: right }
    : undefined
}

/** A decimal.js number may equal a JS number; else only what is the same. */
export function equalsPlain({ unit }: Generator, name: string, { js, type }: Code): string {
  if (type !== 'number') return `(${name} === ${js})`
  return `(${name} === ${js} || (typeof ${name} === "object" && ${unit.call(equal, name, js)} === true))`
}

/** A list of literals is searched by a set. */
export function membership(generator: Generator, expression: ExpressionOf<'in'>): Code {
  const { unit } = generator
  const [left, right] = [generator.value(expression.left), generator.value(expression.right)]
  const list = right.constant?.value
  if (list === undefined || !isArray(list) || !list.every(isPlain)) {
    return booleanCode(unit.call(isIn, left.js, right.js))
  }
  const { set, get } = unit.once(left)
  const inSet = `${unit.constant(new Set(list))}.has(${get})`
  const slow = unit.call(isIn, get, unit.constant(list))
  return booleanCode(`(typeof ${set} === "object" && ${get} !== null ? ${slow} : ${inSet})`)
}

/**
 * Where only true counts: both sides of AND are asked one after the other, since a side that is not true already
 * answers, and comparisons with literals need no test for Undefined.
 */
export function truth(generator: Generator, expression: Expression): string {
  if (expression.kind === 'logic' && expression.operator === 'and') {
    return `(${operandTruth(generator, expression.left)} && ${operandTruth(generator, expression.right)})`
  }
  if (expression.kind === 'compare') return `(${comparison(generator, expression, true).js} === true)`
  return `(${generator.value(expression).js} === true)`
}

/** An operand of AND may be the text of a Boolean. */
function operandTruth(generator: Generator, expression: Expression): string {
  const isBoolean = ['logic', 'compare', 'not', 'in', 'exists'].includes(expression.kind)
  if (isBoolean) return truth(generator, expression)
  return `(${generator.unit.call(toBoolean, generator.value(expression).js)} === true)`
}

import { toBoolean } from '../convert.ts'
import { divideAs, isIntValue, operationOf } from '../operators/arithmetic.ts'
import { equal, isIn, less, lessOrEqual, notEqual } from '../operators/compare.ts'
import type { CompareOperator, Expression, ExpressionOf } from '../syntax.ts'
import { isArray, type SqlValue } from '../value.ts'
import { anyCode, booleanCode, type Code, isPlain, UNDEFINED } from './code.ts'
import { fold } from './fold.ts'
import type { Generator } from './generator.ts'
import { scaledCode } from './scaled.ts'
import { wholeOperation } from './whole-numbers.ts'

export function arithmetic(generator: Generator, expression: ExpressionOf<'arithmetic'>): Code {
  const { unit, version } = generator
  const leaves = new Map<Expression, Code>()
  const sets = version === '2015-10-08' ? [] : nameLeaves(generator, expression, leaves)
  const general = calculation(generator, expression, leaves).code
  const scaled = general.constant === undefined ? scaledCode(unit, expression, leaves) : undefined
  const js = scaled === undefined ? general.js : `${scaled.test} ? ${scaled.js} : ${general.js}`
  return general.constant === undefined ? anyCode(`(${[...sets, js].join(', ')})`) : general
}

/** Gives the operands of a calculation names, and the code that computes them. */
function nameLeaves(generator: Generator, expression: Expression, leaves: Map<Expression, Code>): string[] {
  if (expression.kind === 'arithmetic') {
    return [expression.left, expression.right].flatMap((side) => nameLeaves(generator, side, leaves))
  }
  const code = generator.value(expression)
  const { set, get } = generator.unit.once(code)
  leaves.set(expression, { ...code, js: get })
  return set === get ? [] : [set]
}

interface Calculation {
  readonly code: Code
  /** JavaScript that tells whether the value, which has this name, is an Int. */
  isInt(name: string): string
}

/**
 * A calculation is a Decimal when one of its operands is, even where its value happens to be whole: `2.5 * 2 / 4` is
 * 1.25. The value does not show that, so a division asks the operands of its operands.
 */
function calculation(
  generator: Generator,
  expression: Expression,
  leaves: ReadonlyMap<Expression, Code>,
): Calculation {
  const { unit, version } = generator
  if (expression.kind !== 'arithmetic')
    return leaf(generator, leaves.get(expression) ?? generator.value(expression))
  const { operator } = expression
  const parts = [
    calculation(generator, expression.left, leaves),
    calculation(generator, expression.right, leaves),
  ] as const
  const hasParts = [expression.left, expression.right].some(({ kind }) => kind === 'arithmetic')
  const asksParts = operator === '/' && version !== '2015-10-08' && hasParts
  const operation = operationOf(operator, version)
  const codes = parts.map(({ code }) => code)
  const areInts = parts.every(({ isInt }) => !isInt('').includes('false'))
  const done = fold(unit, codes, ([one, other]) =>
    asksParts ? divideAs(one, other, areInts) : operation(one, other),
  )
  if (done !== undefined) return { code: done, isInt: () => String(areInts) }
  const [left, right] = [unit.once(parts[0].code), unit.once(parts[1].code)]
  const isInt = () => `${parts[0].isInt(left.get)} && ${parts[1].isInt(right.get)}`
  const sides = [
    { ...parts[0].code, js: left.get },
    { ...parts[1].code, js: right.get },
  ] as const
  const general = asksParts
    ? unit.call(divideAs, left.get, right.get, isInt())
    : unit.call(operation, left.get, right.get)
  const whole = wholeOperation(unit, operator, sides, general)
  const quotient = asksParts ? `(${isInt()} ? ${whole} : ${general})` : whole
  const sets = [left, right].filter(({ set, get }) => set !== get).map(({ set }) => `${set}, `)
  return { code: anyCode(`(${sets.join('')}${quotient})`), isInt }
}

function leaf({ unit }: Generator, code: Code): Calculation {
  const { constant } = code
  if (constant !== undefined) return { code, isInt: () => String(isIntValue(constant.value)) }
  return {
    code,
    isInt: (name) =>
      `(typeof ${name} === "number" && (${name} | 0) === ${name} || ${unit.call(isIntValue, name)})`,
  }
}

/** Both sides are asked: Undefined on either makes all Undefined. */
export function logic(generator: Generator, { operator, left, right }: ExpressionOf<'logic'>): Code {
  const [one, other] = [left, right].map((side) => generator.unit.once(truthValue(generator, side)))
  if (one === undefined || other === undefined) return UNDEFINED
  const sets = [one, other].filter(({ set, get }) => set !== get).map(({ set }) => `${set}, `)
  const result = operator === 'and' ? `${one.get} && ${other.get}` : `${one.get} || ${other.get}`
  return booleanCode(
    `(${sets.join('')}${one.get} === void 0 || ${other.get} === void 0 ? void 0 : ${result})`,
  )
}

export function negation(generator: Generator, { operand }: ExpressionOf<'not'>): Code {
  const { set, get } = generator.unit.once(truthValue(generator, operand))
  return booleanCode(`(${set} === void 0 ? void 0 : !${get})`)
}

/** A Boolean or Undefined: texts may say either. */
function truthValue({ unit, value }: Generator, expression: Expression): Code {
  const code = value(expression)
  if (code.type === 'boolean') return code
  const { set, get } = unit.once(code)
  return booleanCode(`(typeof ${set} === "boolean" ? ${get} : ${unit.call(toBoolean, get)})`)
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

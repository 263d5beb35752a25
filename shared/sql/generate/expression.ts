import { placeAt, SqlError } from '../errors.ts'
import { negate } from '../operators/arithmetic.ts'
import { castOf } from '../operators/cast.ts'
import { equal } from '../operators/compare.ts'
import { DROPPED, exists, query } from '../operators/query.ts'
import type { Expression, ExpressionOf, NestedQuery } from '../syntax.ts'
import { isObject, member, type SqlObject, type SqlValue, setMember } from '../value.ts'
import type { SqlVersion } from '../version.ts'
import { call } from './calls.ts'
import {
  anyCode,
  booleanCode,
  type Code,
  isFreeInObject,
  isFreeName,
  isPlain,
  quote,
  UNDEFINED,
} from './code.ts'
import { fold } from './fold.ts'
import type { Generator, Names } from './generator.ts'
import { arithmetic, comparison, equalsPlain, logic, membership, negation, truth } from './operators.ts'
import { selectionBody } from './selection.ts'
import type { Unit } from './unit.ts'

export interface GeneratorParts {
  readonly text: string
  readonly version: SqlVersion
  readonly providers: ReadonlySet<string>
  readonly unit: Unit
}

export function createGenerator(parts: GeneratorParts, names: Names): Generator {
  const generator: Generator = {
    unit: parts.unit,
    version: parts.version,
    providers: parts.providers,
    names,
    value: (expression) => value(generator, expression),
    truth: (expression) => truth(generator, expression),
    within: (inner) => createGenerator(parts, inner),
    error: (code, message, start, issue) => new SqlError(code, message, placeAt(parts.text, start), issue),
  }
  return generator
}

function value(generator: Generator, expression: Expression): Code {
  const { unit, names } = generator
  switch (expression.kind) {
    case 'literal':
      return unit.constantCode(expression.value)
    case 'name':
      return names.name(expression)
    case 'variable':
      return names.variable(expression)
    case 'star':
      return names.whole(expression.start)
    case 'member':
      return memberOf(generator, expression)
    case 'negate':
      return applied(generator, expression.operand, negate)
    case 'cast':
      return applied(generator, expression.operand, castOf(expression.to, generator.version))
    case 'not':
      return negation(generator, expression)
    case 'logic':
      return logic(generator, expression)
    case 'compare':
      return comparison(generator, expression, false)
    case 'in':
      return membership(generator, expression)
    case 'arithmetic':
      return arithmetic(generator, expression)
    case 'call':
      return call(generator, expression)
    case 'array':
      return arrayLiteral(generator, expression)
    case 'object':
      return objectLiteral(generator, expression)
    case 'case':
      return caseOf(generator, expression)
    case 'nested':
      return anyCode(nested(generator, expression.query, query))
    case 'exists':
      return booleanCode(nested(generator, expression.query, exists))
  }
}

/** A member of a value: read at once where nothing but data has that name. */
function memberOf(generator: Generator, expression: ExpressionOf<'member'>): Code {
  const { unit } = generator
  const of = generator.value(expression.of)
  const name = quote(expression.name)
  const done = fold(unit, [of], ([constant]) => member(constant, expression.name))
  if (done !== undefined) return done
  if (!isFreeName(expression.name)) return anyCode(unit.call(member, of.js, name))
  const { set, get } = unit.once(of)
  return anyCode(`(typeof ${set} === "object" && ${get} !== null ? ${get}[${name}] : void 0)`)
}

/** A member of what is known to be an object that JSON made. */
export function memberOfObject(unit: Unit, object: string, name: string): Code {
  return anyCode(isFreeInObject(name) ? `${object}[${quote(name)}]` : unit.call(member, object, quote(name)))
}

function applied(
  { unit, value }: Generator,
  operand: Expression,
  helper: (value: SqlValue) => SqlValue,
): Code {
  const code = value(operand)
  return fold(unit, [code], ([constant]) => helper(constant)) ?? anyCode(unit.call(helper, code.js))
}

function arrayLiteral({ unit, value }: Generator, { items }: ExpressionOf<'array'>): Code {
  const codes = items.map((item) => value(item))
  return fold(unit, codes, (values) => values) ?? anyCode(`[${codes.map(({ js }) => js).join(', ')}]`)
}

/** Members that are Undefined are left out; of one name the last wins. */
function objectLiteral({ unit, value }: Generator, { members }: ExpressionOf<'object'>): Code {
  const codes = members.map(([, expression]) => value(expression))
  const keys = members.map(([key]) => key)
  const done = fold(unit, codes, (values) => objectOf(keys, values))
  const values = codes.map(({ js }) => js).join(', ')
  return done ?? anyCode(unit.call(objectOf, unit.constant(keys), `[${values}]`))
}

function objectOf(keys: readonly string[], values: readonly SqlValue[]): SqlObject {
  const object: SqlObject = {}
  for (const [index, key] of keys.entries()) {
    if (values[index] !== undefined) setMember(object, key, values[index])
  }
  return object
}

/** The first branch whose value equals the subject; an Undefined subject makes all Undefined. */
function caseOf(generator: Generator, { subject, branches, otherwise }: ExpressionOf<'case'>): Code {
  const { unit } = generator
  const { set, get } = unit.once(generator.value(subject))
  const tests = branches.map(({ when, result }) => {
    const code = generator.value(when)
    const isLiteral = code.constant !== undefined && isPlain(code.constant.value)
    const test = isLiteral ? equalsPlain(generator, get, code) : `${unit.call(equal, get, code.js)} === true`
    return `${test} ? ${generator.value(result).js} : `
  })
  const last = otherwise === undefined ? UNDEFINED : generator.value(otherwise)
  return anyCode(`(${set} === void 0 ? void 0 : ${tests.join('')}${last.js})`)
}

/** A nested query as a function of the element. Its names are those of the element; variables and functions stay. */
function nested(
  generator: Generator,
  { source, alias, selection, where }: NestedQuery,
  helper: unknown,
): string {
  const { unit, names } = generator
  const from = generator.value(source)
  const isWhole = source.kind === 'star'
  const element = unit.fresh('e')
  const object = unit.fresh('m')
  const inner = generator.within({
    ...names,
    whole: () => anyCode(element),
    name: ({ name }) => (name === alias ? anyCode(element) : memberOfObject(unit, object, name)),
    isNested: true,
  })
  const body = unit.body(() => {
    const test = where === undefined ? '' : `if (!${inner.truth(where)}) return ${unit.constant(DROPPED)};\n`
    return `${test}${selectionBody(inner, selection)}`
  })
  const members = `const ${object} = ${unit.call(isObject, element)} ? ${element} : ${unit.constant(EMPTY)};`
  const select = `(${element}) => {\n${members}\n${body}\n}`
  return unit.call(helper, isWhole ? `[${from.js}]` : from.js, select)
}

/** Of a message that is no object no name has a value. */
export const EMPTY: Readonly<Record<string, never>> = Object.freeze({})

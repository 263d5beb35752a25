import { nearestWord } from '../../component/unknown-keys.ts'
import { bounded, spendText } from '../budget.ts'
import { FailedLookup, LookupPending, type SqlCall, type SqlFunction, type SqlScope } from '../function.ts'
import { FUNCTION_NAMES, FUNCTIONS, GET_OR_DEFAULT, LOOKUPS, type LookupFunction } from '../function-table.ts'
import type { ExpressionOf } from '../syntax.ts'
import { shorten } from '../tokens.ts'
import type { SqlValue } from '../value.ts'
import type { SqlVersion } from '../version.ts'
import { anyCode, type Code, UNDEFINED } from './code.ts'
import { fold } from './fold.ts'
import type { Generator } from './generator.ts'
import { INLINE } from './inline.ts'

type Call = ExpressionOf<'call'>

/** A call with a wrong number of arguments is Undefined. */
export function call(generator: Generator, expression: Call): Code {
  const special = generator.names.call(expression)
  if (special !== undefined) return special
  const name = expression.name.toLowerCase()
  if (name === GET_OR_DEFAULT) return orDefault(generator, expression)
  const lookup = LOOKUPS.get(name)
  if (lookup !== undefined) return lookupCall(generator, expression, lookup)
  const known = FUNCTIONS.get(name)
  if (known === undefined) throw unknownFunction(generator, expression)
  return functionCall(generator, expression, known)
}

function functionCall(generator: Generator, expression: Call, known: SqlFunction): Code {
  const { unit, version, names } = generator
  needs(generator, expression, known.since)
  const args = expression.args.map((arg) => generator.value(arg))
  if (!takes(known, args.length)) return UNDEFINED
  const isWhole = expression.args[0]?.kind === 'star' && !names.isNested
  const general = isWhole ? (known.callWhole ?? known.call) : known.call
  const done =
    known.isPure && !isWhole ? fold(unit, args, (values) => general(values, nowhere(version))) : undefined
  if (done !== undefined) return done
  const special = isWhole ? undefined : known.specialise?.(args.map(({ constant }) => constant))
  const write = (codes: readonly Code[]): string => {
    unit.usesScope = true
    const target = unit.constant(special ?? general)
    const list = `[${codes.map(({ js }) => js).join(', ')}]`
    return names.isNested
      ? unit.call(charged, target, list, 's')
      : unit.call(bounded, `${target}(${list}, s)`)
  }
  const inlined = isWhole || version === '2015-10-08' ? undefined : INLINE.get(known.name.toLowerCase())
  return inlined?.(unit, args, write) ?? anyCode(write(args))
}

/** In a nested query, where one long argument may be worked on for each element. */
function charged(target: SqlCall, args: readonly SqlValue[], scope: SqlScope): SqlValue {
  for (const arg of args) if (typeof arg === 'string') spendText(arg)
  return bounded(target(args, scope))
}

/** Where a pure function is called before there is a message; it asks for nothing but the version. */
const nowhere = (version: SqlVersion): SqlScope => ({
  version,
  message: { topic: '', payload: undefined },
  environment: {
    timestampMs: 0,
    random: () => 0,
    uuid: () => '',
    lookup: () => undefined,
  },
})

/** `get_or_default(e, d)`: the default takes the place of Null, of Undefined, and of a lookup that failed. */
function orDefault(generator: Generator, expression: Call): Code {
  const { unit } = generator
  needs(generator, expression, '2016-03-23')
  const [first, second] = expression.args
  const before = unit.lookupCalls
  const value = first === undefined ? UNDEFINED : generator.value(first)
  const mayFail = unit.lookupCalls > before
  const otherwise = second === undefined ? UNDEFINED : generator.value(second)
  if (expression.args.length < 1 || expression.args.length > 2) return UNDEFINED
  const { set, get } = unit.once(mayFail ? anyCode(unit.call(attempt, `() => ${value.js}`)) : value)
  return anyCode(`(${set} === void 0 || ${get} === null ? ${otherwise.js} : ${get})`)
}

function attempt(evaluate: () => SqlValue): SqlValue {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof FailedLookup) return undefined
    throw error
  }
}

function ask({ environment }: SqlScope, name: string, args: readonly SqlValue[]): SqlValue {
  try {
    return environment.lookup(name, args)
  } catch (error) {
    if (error instanceof LookupPending) throw error
    throw new FailedLookup(name, error)
  }
}

function lookupCall(generator: Generator, expression: Call, lookup: LookupFunction): Code {
  const { unit, providers, names } = generator
  needs(generator, expression, lookup.since)
  const args = expression.args.map((arg) => generator.value(arg).js)
  if (!providers.has(lookup.name)) throw noProvider(generator, expression, lookup)
  const isAgain = lookup.name === 'get_dynamodb' && (unit.lookups.has(lookup.name) || names.isNested)
  if (isAgain) {
    throw generator.error('GENBA_SQL_LIMIT', 'get_dynamodb is called more than once', expression.start, {
      expected: 'one call in a statement, outside nested queries',
    })
  }
  unit.lookups.add(lookup.name)
  if (!takes(lookup, args.length)) return UNDEFINED
  unit.usesScope = true
  unit.lookupCalls++
  return anyCode(unit.call(ask, 's', JSON.stringify(lookup.name), `[${args.join(', ')}]`))
}

function noProvider(generator: Generator, { start }: Call, { name }: LookupFunction): Error {
  const known = [...generator.providers]
  return generator.error(
    'GENBA_SQL_LOOKUP',
    `${name} asks outside the message, and nothing here answers it`,
    start,
    {
      expected: known.length === 0 ? 'a statement without external lookups' : `one of ${known.join(', ')}`,
    },
  )
}

const takes = ({ minArgs, maxArgs }: LookupFunction | SqlFunction, count: number): boolean =>
  count >= minArgs && count <= maxArgs

function needs({ version, error }: Generator, { name, start }: Call, since: SqlVersion): void {
  if (version >= since) return
  throw error('GENBA_SQL_VERSION', `the function ${name} is newer than this statement's SQL version`, start, {
    expected: `version ${since}`,
    received: `version ${version}`,
    mend: `set the version of the SQL to ${since}`,
  })
}

function unknownFunction({ error }: Generator, { name, start }: Call): Error {
  const nearest = nearestWord(name, FUNCTION_NAMES)
  return error('GENBA_SQL_SYNTAX', `there is no function "${shorten(name)}"`, start, {
    mend: nearest === undefined ? 'see the table of functions in docs/sql.md' : `did you mean ${nearest}?`,
  })
}

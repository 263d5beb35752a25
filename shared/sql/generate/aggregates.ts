import { AGGREGATE_NAMES, type AggregateName } from '../../aggregate/params.ts'
import { type AggregateSpec, parseAggregates } from '../../aggregate/spec.ts'
import { GenbaError } from '../../errors/genba-error.ts'
import { placeAt, SqlError } from '../errors.ts'
import type { Expression, ExpressionOf } from '../syntax.ts'
import { isObject, type SqlValue } from '../value.ts'

const NAMES: ReadonlyMap<string, AggregateName> = new Map(
  AGGREGATE_NAMES.map((name) => [name.toLowerCase(), name]),
)

/** What arguments after `value` are, in order; all can be given by name, as in `percentile(value, {'q': 0.9})`. */
const POSITIONS: { readonly [Name in AggregateName]?: readonly string[] } = {
  percentile: ['q'],
  durationInState: ['state'],
  histogram: ['bounds'],
  timeWeightedMean: ['method'],
  integral: ['timeUnit'],
  increase: ['wrap'],
  rate: ['wrap'],
  distinct: ['precision'],
}

/** The aggregates that a statement calls; equal calls are one. */
export class AggregateCalls {
  readonly #text: string
  readonly #specs = new Map<string, AggregateSpec>()

  constructor(text: string) {
    this.#text = text
  }

  get specs(): readonly AggregateSpec[] {
    return [...this.#specs.values()]
  }

  /**
   * The name under which the answer of a call stands; undefined when it calls no aggregate.
   *
   * @throws SqlError
   */
  read({ name, args, start }: ExpressionOf<'call'>): string | undefined {
    const fn = NAMES.get(name.toLowerCase())
    if (fn === undefined) return undefined
    const [subject, ...rest] = args
    if (subject !== undefined && !isSubject(subject, fn)) {
      throw this.#error(`${fn} takes the value of the samples`, subject.start, { expected: `${fn}(value)` })
    }
    if (subject === undefined && fn !== 'count') {
      throw this.#error(`${fn} takes the value of the samples`, start, { expected: `${fn}(value)` })
    }
    const fields = { fn, ...this.#params(fn, rest) }
    const identity = JSON.stringify(fields)
    const spec = this.#specs.get(identity) ?? this.#parse(fields, start)
    this.#specs.set(identity, spec)
    return spec.as
  }

  #params(fn: AggregateName, args: readonly Expression[]): Record<string, SqlValue> {
    const params: Record<string, SqlValue> = {}
    for (const [index, arg] of args.entries()) {
      const value = literalOf(arg)
      const position = POSITIONS[fn]?.[index]
      if (value !== undefined && isObject(value)) Object.assign(params, value)
      else if (value !== undefined && position !== undefined) params[position] = value
      else throw this.#error(`this is no parameter of ${fn}`, arg.start, { expected: expectedOf(fn, index) })
    }
    return params
  }

  /** Two calls of a function that differ in their parameters have different names. */
  #parse(fields: object, start: number): AggregateSpec {
    try {
      const [spec] = parseAggregates([fields])
      if (spec === undefined) throw this.#error('there is no such aggregate', start)
      const taken = new Set(this.specs.map(({ as }) => as))
      let as = spec.as
      for (let number = 2; taken.has(as); number++) as = `${spec.as}_${number}`
      return { ...spec, as }
    } catch (error) {
      if (!(error instanceof GenbaError) || error instanceof SqlError) throw error
      const { where: _, ...issue } = error.issues[0] ?? {}
      throw this.#error(error.message, start, issue)
    }
  }

  #error(message: string, start: number, issue: object = {}): SqlError {
    return new SqlError('GENBA_SQL_SYNTAX', message, placeAt(this.#text, start), issue)
  }
}

const isSubject = (expression: Expression, fn: AggregateName): boolean =>
  (expression.kind === 'name' && expression.name === 'value') ||
  (expression.kind === 'star' && fn === 'count')

function expectedOf(fn: AggregateName, index: number): string {
  const position = POSITIONS[fn]?.[index]
  return position === undefined ? "parameters by name, such as {'q': 0.95}" : `${position}, a literal`
}

/** The value of an expression that is written out; undefined for any other. */
function literalOf(expression: Expression): SqlValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'negate': {
      const value = literalOf(expression.operand)
      return typeof value === 'number' ? -value : undefined
    }
    case 'array': {
      const items = expression.items.map(literalOf)
      return items.includes(undefined) ? undefined : items
    }
    case 'object':
      return Object.fromEntries(expression.members.map(([key, member]) => [key, literalOf(member)]))
    default:
      return undefined
  }
}

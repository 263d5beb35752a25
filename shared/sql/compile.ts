import { boundParts, startBudget } from './budget.ts'
import { toText } from './convert.ts'
import type { SqlEnvironment, SqlMessage } from './function.ts'
import { quote } from './generate/code.ts'
import { type BodyGenerator, compileProgram } from './generate/program.ts'
import { selectionBody } from './generate/selection.ts'
import { compileGroupBy, type SqlGroupBy } from './group-by.ts'
import { parseStatement } from './parse-statement.ts'
import { parseTemplate } from './parse-template.ts'
import { MISS, NO_MATCH, type SqlResult } from './result.ts'
import type { Assignment, Statement } from './syntax.ts'
import { compileTopicFilter, parseBasicIngest } from './topic-filter.ts'
import type { SqlValue } from './value.ts'
import { type SqlVersion, type SqlVersionName, versionOf } from './version.ts'

export interface SqlOptions {
  /** Left out: 2015-10-08, as in the cloud. */
  readonly version?: SqlVersionName
  /** External lookups (`aws_lambda`, `get_secret` …) that this host answers; a text with another is refused. */
  readonly providers?: readonly string[]
}

export interface SqlStatement {
  readonly text: string
  readonly version: SqlVersion
  /** Of FROM; a statement without one is reached by Basic Ingest alone. */
  readonly topicFilter: string | undefined
  /** External lookups that it makes. */
  readonly lookups: readonly string[]
  /** Windows and aggregates; then a match says only that a message belongs into them. */
  readonly groupBy: SqlGroupBy | undefined
  /** The assignments of SET, for the templates of the rule's actions. */
  readonly variables: readonly Assignment[]
  matchesTopic(topic: string): boolean
  /**
   * A message on `$aws/rules/NAME/…` is judged as one on what follows.
   *
   * @throws LookupPending while an answer is still to come; FailedLookup when one did not come and no
   *   `get_or_default` is around it; SqlError `GENBA_SQL_LIMIT` when the message makes it work too much
   */
  evaluate(message: SqlMessage, environment: SqlEnvironment): SqlResult
}

/** A text with `${expression}` parts. */
export interface SqlTemplate {
  readonly text: string
  readonly lookups: readonly string[]
  /** What is Undefined becomes an empty text. @throws as `SqlStatement.evaluate` does */
  fill(message: SqlMessage, environment: SqlEnvironment): string
}

/**
 * Compiles a statement of the rules' SQL to a function.
 *
 * @param options.windows whether `GROUP BY` windows, an extension, may be used
 * @throws SqlError with the place of the first mistake
 */
export function compileSql(
  text: string,
  options: SqlOptions & { readonly windows?: boolean } = {},
): SqlStatement {
  const version = versionOf(options.version)
  const statement = parseStatement(text, version, options.windows ?? false)
  const { variables, topicFilter } = statement
  const source = { text, version, providers: options.providers ?? [], variables }
  const { run, lookups } = compileProgram(source, (generator) => statementBody(generator, statement))
  const groupBy =
    statement.groupBy === undefined ? undefined : compileGroupBy(statement, statement.groupBy, source)
  const matchesTopic = topicTest(topicFilter)
  const finish = finisherOf(statement, version)
  return {
    text,
    version,
    topicFilter,
    lookups,
    groupBy,
    variables,
    matchesTopic,
    evaluate: (received, environment) => {
      const message = withoutIngest(received, environment)
      if (message === undefined || (topicFilter === undefined && message === received)) return MISS
      startBudget()
      const output = (run as Run)(message, environment)
      if (output === NO_MATCH) return MISS
      return finish === undefined
        ? { match: true, output: output as SqlValue }
        : finish(output as SqlValue, message)
    },
  }
}

type Run = (message: SqlMessage, environment: SqlEnvironment) => SqlValue | typeof NO_MATCH

function statementBody(
  generator: BodyGenerator,
  { where, selection, groupBy, topicFilter }: Statement,
): string {
  const { unit } = generator
  const miss = `return ${unit.constant(NO_MATCH)};\n`
  const test = topicFilter === undefined ? undefined : unit.call(compileTopicFilter(topicFilter), 'm.topic')
  const from = test === undefined ? '' : `if (!${test}) ${miss}`
  const filter =
    where === undefined ? from : `${from}${generator.assign([where])}if (!${generator.truth(where)}) ${miss}`
  if (groupBy !== undefined) return `${filter}return void 0;`
  return `${filter}${generator.assign()}${selectionBody(generator, selection)}`
}

/** What is done with an output, undefined where it is only handed over. */
function finisherOf(
  { selection, variables }: Statement,
  version: SqlVersion,
): ((output: SqlValue, message: SqlMessage) => SqlResult) | undefined {
  if (selection.kind === 'value') {
    const takesArray = version !== '2015-10-08'
    return (output) => ({
      match: true,
      output: Array.isArray(output) && !takesArray ? undefined : boundParts(output),
    })
  }
  const isWhole = selection.items.length === 1 && selection.items[0]?.expression === undefined
  if (isWhole) {
    return (output, { bytes }) =>
      output === undefined && bytes !== undefined ? { match: true, output, bytes } : { match: true, output }
  }
  const unfolds = variables.length > 0 || selection.items.some(({ expression }) => mayUnfold(expression))
  return unfolds ? (output) => ({ match: true, output: boundParts(output) }) : undefined
}

/** Whether parts of the message may be in it more than once. */
const mayUnfold = (expression: { readonly kind: string } | undefined): boolean =>
  expression !== undefined && ['array', 'object', 'nested', 'call', 'case'].includes(expression.kind)

function topicTest(topicFilter: string | undefined): (topic: string) => boolean {
  const matches = topicFilter === undefined ? () => true : compileTopicFilter(topicFilter)
  return (topic) => {
    const ingest = parseBasicIngest(topic)
    if (ingest === undefined) return topicFilter !== undefined && matches(topic)
    return matches(ingest.topic)
  }
}

/** The message as the rule sees it; undefined when it comes by Basic Ingest for another rule. */
function withoutIngest(message: SqlMessage, { ruleName }: SqlEnvironment): SqlMessage | undefined {
  const ingest = parseBasicIngest(message.topic)
  if (ingest === undefined) return message
  return ruleName === undefined || ruleName === ingest.rule ? { ...message, topic: ingest.topic } : undefined
}

/**
 * Compiles a text such as `alarms/${topic(2)}` of an action's field. Its expressions see the message, functions and the
 * variables of the rule's statement.
 *
 * @throws SqlError with a place within the text
 */
export function compileTemplate(
  text: string,
  options: SqlOptions & { readonly statement?: SqlStatement } = {},
): SqlTemplate {
  const version = versionOf(options.version)
  const parts = parseTemplate(text, version)
  const source = {
    text,
    version,
    providers: options.providers ?? [],
    variables: options.statement?.variables ?? [],
  }
  const { run, lookups } = compileProgram(source, (generator) => {
    const expressions = parts.flatMap((part) => (typeof part === 'string' ? [] : [part]))
    const variables = generator.assign(expressions)
    const texts = parts.map((part) =>
      typeof part === 'string'
        ? quote(part)
        : `(${generator.unit.call(toText, generator.value(part).js)} ?? "")`,
    )
    return `${variables}return ${['""', ...texts].join(' + ')};`
  })
  return {
    text,
    lookups,
    fill: (received, environment) => {
      startBudget()
      const message = withoutIngest(received, environment) ?? received
      return (run as Run)(message, environment) as string
    },
  }
}

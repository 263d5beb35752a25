import { GenbaError } from '../../errors/genba-error.ts'
import { compileSql, type SqlStatement } from '../../sql/compile.ts'
import { LookupPending, type SqlEnvironment, type SqlMessage } from '../../sql/function.ts'
import type { SqlResult } from '../../sql/result.ts'
import type { SqlValue } from '../../sql/value.ts'
import { alarmValue, type CompiledAction, compileAction, type Match } from './actions.ts'
import type { Judged } from './judged.ts'
import type { AlarmOutcome, Failure, Inquiry, Outcome } from './outcome.ts'
import type { RuleConfig } from './rule-config.ts'
import { sampleValue } from './sample-message.ts'

/** A rule ready to judge. */
export interface CompiledRule {
  readonly config: RuleConfig
  readonly statement: SqlStatement
  readonly actions: readonly CompiledAction[]
  /** Whether it asks outside the message: then it is judged when the answers are there, and may only act on the world. */
  readonly asksOutside: boolean
  /** Whether it does nothing but act on the world, from one sample at a time: then it may act on live frames. */
  readonly isReflex: boolean
  readonly raisesAlarms: boolean
}

/** Actions whose results are in the log, and so must follow from it alone. */
const LOGGED = new Set<string>(['cloud', 'derive', 'alarm'])

/** What a gateway answers: its own functions, and what the nucleus keeps of the cloud. */
export const PROVIDERS = ['aws_lambda', 'get_thing_shadow', 'get_secret'] as const

/**
 * @throws SqlError for SQL or a template that cannot be compiled
 * @throws GenbaError `GENBA_RULE_OUTSIDE` for one that asks outside the message and writes into the log
 */
export function compileRule(config: RuleConfig): CompiledRule {
  const statement = compileSql(config.sql, {
    version: config.sqlVersion,
    providers: PROVIDERS,
    windows: true,
  })
  const isLogged = config.actions.some(({ type }) => LOGGED.has(type))
  const asksOutside = statement.lookups.length > 0
  if (asksOutside && (isLogged || statement.groupBy !== undefined)) throw outsideRule(config, statement)
  return {
    config,
    statement,
    actions: config.actions.map((action, index) => compileAction({ rule: config, statement }, action, index)),
    asksOutside,
    isReflex: config.deadline !== undefined && statement.groupBy === undefined && !isLogged && !asksOutside,
    raisesAlarms: config.actions.some(({ type }) => type === 'alarm'),
  }
}

/** What stands in the log must follow from the log: an answer of another time would give something else in a replay. */
function outsideRule({ name }: RuleConfig, { lookups }: SqlStatement): GenbaError {
  return new GenbaError(
    'GENBA_RULE_OUTSIDE',
    'a rule that asks outside its message may only act on the world',
    {
      issues: [
        {
          where: name,
          expected: 'actions republish, output and call, and no GROUP BY',
          received: `a rule that uses ${lookups.join(', ')}`,
          mend: 'let the function that is called publish what is to be kept',
        },
      ],
    },
  )
}

/** What a rule made of one sample or window. */
export interface Verdict {
  readonly isMatch: boolean
  readonly output: SqlValue
  readonly outcomes: readonly Outcome[]
  readonly failures: readonly Failure[]
}

export const NO_MATCH: Verdict = { isMatch: false, output: undefined, outcomes: [], failures: [] }

/** Judges one sample that the rule's FROM names. */
export function judgeSample(rule: CompiledRule, judged: Judged): Verdict {
  const { column, index, message, environment, frame, origin } = judged
  const timeUs = (column.timesUs[index] as number) + 0
  const result = evaluate(rule, message, environment)
  if (result === 'pending') {
    const inquiry: Inquiry = { kind: 'inquiry', rule: rule.config.name, key: column.tag, timeUs, judged }
    return { ...NO_MATCH, outcomes: [inquiry] }
  }
  if (result.match) {
    const quality = column.quality[index] as number
    return act(rule, {
      message,
      environment,
      output: result.output,
      key: column.tag,
      timeUs,
      quality,
      frame,
      origin,
    })
  }
  if (!rule.raisesAlarms) return NO_MATCH
  return {
    ...NO_MATCH,
    outcomes: quietSignals(rule, { key: column.tag, timeUs, value: sampleValue(column, index) }),
  }
}

function evaluate(
  { statement }: CompiledRule,
  message: SqlMessage,
  environment: SqlEnvironment,
): SqlResult | 'pending' {
  try {
    return statement.evaluate(message, environment)
  } catch (error) {
    if (error instanceof LookupPending) return 'pending'
    throw error
  }
}

/** Runs the actions of a match. */
export function act(rule: CompiledRule, judged: Omit<Match, 'isReflex'>): Verdict {
  const match: Match = { ...judged, isReflex: rule.isReflex }
  const outcomes: Outcome[] = []
  const failures: Failure[] = []
  for (const action of rule.actions) {
    const made = action(match)
    if ('reason' in made) failures.push(made)
    else outcomes.push(made)
  }
  return { isMatch: true, output: match.output, outcomes, failures }
}

/** Says to the alarms of a rule that their condition does not hold. */
export function quietSignals(
  { config }: CompiledRule,
  {
    key,
    timeUs,
    value,
  }: { readonly key: string; readonly timeUs: number; readonly value: number | boolean | string | undefined },
): AlarmOutcome[] {
  return config.actions.flatMap((action) =>
    action.type === 'alarm'
      ? [
          {
            kind: 'signal' as const,
            rule: config.name,
            key,
            timeUs,
            isActive: false,
            value: alarmValue(value),
            severity: action.severity,
          },
        ]
      : [],
  )
}

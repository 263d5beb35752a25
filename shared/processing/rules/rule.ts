import type { Column } from '../../frame/frame.ts'
import { compileSql, type SqlStatement } from '../../sql/compile.ts'
import type { SqlEnvironment, SqlMessage } from '../../sql/function.ts'
import type { SqlValue } from '../../sql/value.ts'
import { type CompiledAction, compileAction, type Match } from './actions.ts'
import type { AlarmOutcome, Failure, Outcome } from './outcome.ts'
import type { RuleConfig } from './rule-config.ts'
import { sampleValue } from './sample-message.ts'

/** A rule ready to judge. */
export interface CompiledRule {
  readonly config: RuleConfig
  readonly statement: SqlStatement
  readonly actions: readonly CompiledAction[]
  /** Whether it does nothing but act on the world, from one sample at a time: then it may act on live frames. */
  readonly isReflex: boolean
  readonly raisesAlarms: boolean
}

/** Actions whose results are in the log, and so must follow from it alone. */
const LOGGED = new Set<string>(['cloud', 'derive', 'alarm'])

/** @throws SqlError for SQL or a template that cannot be compiled */
export function compileRule(config: RuleConfig): CompiledRule {
  const statement = compileSql(config.sql, { version: config.sqlVersion, providers: [], windows: true })
  return {
    config,
    statement,
    actions: config.actions.map((action, index) => compileAction({ rule: config, statement }, action, index)),
    isReflex:
      config.deadline !== undefined &&
      statement.groupBy === undefined &&
      config.actions.every(({ type }) => !LOGGED.has(type)),
    raisesAlarms: config.actions.some(({ type }) => type === 'alarm'),
  }
}

/** What a rule made of one sample or window. */
export interface Verdict {
  readonly isMatch: boolean
  readonly output: SqlValue
  readonly outcomes: readonly Outcome[]
  readonly failures: readonly Failure[]
}

export const NO_MATCH: Verdict = { isMatch: false, output: undefined, outcomes: [], failures: [] }

/** One sample of a column, with the identity of its frame. */
export interface Judged {
  readonly column: Column
  readonly index: number
  /** `sampleMessage` of the two. */
  readonly message: SqlMessage
  readonly environment: SqlEnvironment
  /** Identity of the frame. */
  readonly frame: string
  readonly origin: string
}

/** Judges one sample that the rule's FROM names. */
export function judgeSample(rule: CompiledRule, judged: Judged): Verdict {
  const { column, index, message, environment, frame, origin } = judged
  const timeUs = (column.timesUs[index] as number) + 0
  const result = rule.statement.evaluate(message, environment)
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
  }: { readonly key: string; readonly timeUs: number; readonly value: AlarmOutcome['value'] | undefined },
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
            value: value ?? null,
            severity: action.severity,
          },
        ]
      : [],
  )
}

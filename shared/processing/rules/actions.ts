import { cutText, encodeText, isWellFormed } from '../../bytes/text.ts'
import { Topic } from '../../contract/topics.ts'
import { Quality } from '../../frame/frame.ts'
import { TAG_BYTES_MAX } from '../../frame/limits.ts'
import { compileTemplate, type SqlStatement, type SqlTemplate } from '../../sql/compile.ts'
import { toJsonText } from '../../sql/convert.ts'
import type { SqlEnvironment, SqlMessage } from '../../sql/function.ts'
import { asDouble, isNumber, member, type SqlValue } from '../../sql/value.ts'
import { TIME_US_MAX } from '../../time/time.ts'
import type { Effect, Failure, Outcome } from './outcome.ts'
import type { EffectAction, RuleAction, RuleConfig } from './rule-config.ts'

/** One match of a rule. */
export interface Match {
  readonly message: SqlMessage
  readonly environment: SqlEnvironment
  readonly output: SqlValue
  readonly key: string
  readonly timeUs: number
  readonly quality: number
  /** Identity of the frame, '' for a window. */
  readonly frame: string
  /** Identity of what was judged. */
  readonly origin: string
  /** Whether the rule acts on live frames. */
  readonly isReflex: boolean
}

/** Turns a match into what is to be done. */
export type CompiledAction = (match: Match) => Outcome | Failure

/** A rule whose SQL is compiled: its variables are known to the templates of its actions. */
export interface RuleOfActions {
  readonly rule: RuleConfig
  readonly statement: SqlStatement
}

/** @throws SqlError for a template that cannot be compiled */
export function compileAction(owner: RuleOfActions, action: RuleAction, index: number): CompiledAction {
  const { rule } = owner
  const fail = ({ key, timeUs }: Match, reason: string): Failure => ({
    rule: rule.name,
    key,
    timeUs,
    action: action.type,
    reason,
  })
  switch (action.type) {
    case 'cloud':
      return (match) => ({
        kind: 'event',
        ...of(rule, match),
        id: idOf(rule, match, index),
        outputText: toJsonText(match.output),
      })
    case 'derive': {
      const tag = template(action.tag, owner)
      return (match) => {
        const value = plain(member(match.output, action.value))
        const tagText = tag.fill(match.message, match.environment)
        if (value === undefined)
          return fail(match, `the output has no number, boolean or text named ${action.value}`)
        if (!isTag(tagText)) return fail(match, `"${tagText.slice(0, 80)}" is no tag`)
        if (!isStorable(value, match.timeUs)) return fail(match, 'no frame takes this text or this time')
        return {
          kind: 'derive',
          ...of(rule, match),
          tag: tagText,
          value,
          quality: match.quality & Quality.severityMask,
        }
      }
    }
    case 'alarm': {
      const text = action.text === undefined ? undefined : template(action.text, owner)
      return (match) => ({
        kind: 'signal',
        ...of(rule, match),
        isActive: true,
        value: alarmValue(
          plain(member(match.output, 'value')) ?? plain(member(match.message.payload, 'value')),
        ),
        severity: action.severity,
        ...(text === undefined
          ? {}
          : { text: cutText(text.fill(match.message, match.environment), ALARM_TEXT_LENGTH_MAX) }),
      })
    }
    default: {
      const act = compileEffect(owner, action)
      const onError = rule.errorAction === undefined ? undefined : compileEffect(owner, rule.errorAction)
      return (match) => {
        const done = act(match)
        return 'reason' in done
          ? fail(match, done.reason)
          : effect(rule, match, { id: idOf(rule, match, index), action: action.type, act: done, onError })
      }
    }
  }
}

/** An alarm that is too long for a frame would be told to nobody; these are its beginning. */
const ALARM_TEXT_LENGTH_MAX = 500
const ALARM_VALUE_LENGTH_MAX = 200

/** What an alarm says of a value. */
export const alarmValue = (value: number | boolean | string | undefined): number | boolean | string | null =>
  typeof value === 'string' ? cutText(value, ALARM_VALUE_LENGTH_MAX) : (value ?? null)

type CompiledEffect = (match: Match) => Effect['act'] | { readonly reason: string }

function compileEffect(owner: RuleOfActions, action: EffectAction): CompiledEffect {
  const { rule } = owner
  if (action.type === 'call') {
    return ({ output }) => ({ type: 'call', function: action.function, payloadText: toJsonText(output) })
  }
  if (action.type === 'republish') {
    const topic = template(action.topic, owner)
    return ({ message, environment, output }) => publish(topic.fill(message, environment), toJsonText(output))
  }
  const name = template(action.output, owner)
  return ({ message, environment, output, timeUs, origin }) => {
    const value = plain(member(output, action.value))
    if (value === undefined)
      return { reason: `the output has no number, boolean or text named ${action.value}` }
    const payload = { v: 1, id: `${rule.name}|${origin}`, rule: rule.name, timeUs, value }
    return publish(Topic.output(name.fill(message, environment)), JSON.stringify(payload))
  }
}

/** A topic to publish on: no wildcards, nothing reserved ([MQTT-3.3.2-2], and the limit of nucleus lite). */
function publish(topic: string, payloadText: string): Effect['act'] | { readonly reason: string } {
  const isTopic = topic.length > 0 && topic.length <= TOPIC_LENGTH_MAX && !/[+#\0]/.test(topic)
  return isTopic ? { type: 'publish', topic, payloadText } : { reason: `"${topic.slice(0, 80)}" is no topic` }
}

const TOPIC_LENGTH_MAX = 256

function effect(
  rule: RuleConfig,
  match: Match,
  parts: Pick<Effect, 'id' | 'action' | 'act'> & { readonly onError: CompiledEffect | undefined },
): Effect {
  const onError = parts.onError?.(match)
  return {
    kind: 'effect',
    ...of(rule, match),
    id: parts.id,
    action: parts.action,
    frame: match.frame,
    isReflex: match.isReflex,
    deadlineUs: rule.deadline,
    maxAgeUs: rule.maxAge,
    act: parts.act,
    onError: onError === undefined || 'reason' in onError ? undefined : onError,
  }
}

const of = (rule: RuleConfig, { key, timeUs }: Match) => ({ rule: rule.name, key, timeUs })

const idOf = (rule: RuleConfig, { origin }: Match, index: number): string => `${rule.name}|${origin}|${index}`

const template = (text: string, { rule, statement }: RuleOfActions): SqlTemplate =>
  compileTemplate(text, { version: rule.sqlVersion, statement })

/** One that a frame takes, and that filters can name. */
const isTag = (text: string): boolean =>
  text !== '' &&
  text.length <= TAG_BYTES_MAX &&
  !/[+#]/.test(text) &&
  isWellFormed(text) &&
  encodeText(text).length <= TAG_BYTES_MAX

/** The end of a window can lie beyond the last time that a sample may carry. */
const isStorable = (value: number | boolean | string, timeUs: number): boolean =>
  Math.abs(timeUs) <= TIME_US_MAX && (typeof value !== 'string' || isWellFormed(value))

/** A value that a sample can carry. */
function plain(value: SqlValue): number | boolean | string | undefined {
  if (typeof value === 'boolean' || typeof value === 'string') return value
  return value !== null && value !== undefined && isNumber(value) ? asDouble(value) : undefined
}

import type { AggregateValue } from '../aggregate/plan.ts'
import type { AlarmChange } from '../alarm/change.ts'
import { cutText, encodeText } from '../bytes/text.ts'
import type { AlarmRecord, SummaryRecord, WithdrawalRecord } from '../contract/records.ts'
import { TEXT_BYTES_MAX } from '../frame/limits.ts'
import type { WindowPane, Withdrawal } from '../window/pane.ts'
import type { EventOutcome } from './rules/outcome.ts'

type MadeBy = SummaryRecord['by']

/** A text value may be as long as a frame; what a summary says of it is its beginning. */
const LAST_LENGTH_MAX = 500

/** Aggregates of every summary, whatever the configuration asks for besides: each has a field of its own. */
export const BASICS = ['mean', 'min', 'max', 'std', 'm2', 'last'] as const

/** What a summary says of itself and not among its aggregates. */
const FIELDS: ReadonlySet<string> = new Set([...BASICS, 'count', 'bad', 'uncertain'])

/** The JSON text of a summary, or undefined when its tag makes it too long for a frame. */
export function summaryText(id: string, pane: WindowPane, by: MadeBy): string | undefined {
  const { key: tag, window, startUs, endUs, revision, timing, count, bad, uncertain, aggregates } = pane
  const { last } = aggregates
  const others = Object.entries(aggregates).filter(([name]) => !FIELDS.has(name))
  const record: SummaryRecord = {
    v: 1,
    type: 'summary',
    id,
    tag,
    window,
    startUs,
    endUs,
    revision,
    timing,
    count,
    bad,
    uncertain,
    goodShare: count + bad === 0 ? 0 : (count - uncertain) / (count + bad),
    mean: numberOf(aggregates['mean']),
    min: numberOf(aggregates['min']),
    max: numberOf(aggregates['max']),
    std: numberOf(aggregates['std']),
    m2: numberOf(aggregates['m2']),
    last:
      typeof last === 'string'
        ? cutText(last, LAST_LENGTH_MAX)
        : typeof last === 'object'
          ? null
          : (last ?? null),
    ...(others.length === 0 ? {} : { aggregates: Object.fromEntries(others) as Record<string, JsonValue> }),
    ...(pane.gap ? { gap: true } : {}),
    by,
  }
  return withinLimit(JSON.stringify(record))
}

type JsonValue = NonNullable<SummaryRecord['aggregates']>[string]

const numberOf = (value: AggregateValue | undefined): number | null =>
  typeof value === 'number' ? value : null

/** The JSON text of a withdrawal, or undefined when its tag makes it too long for a frame. */
export function withdrawalText(id: string, withdrawal: Withdrawal, by: MadeBy): string | undefined {
  const { key: tag, window, startUs, endUs, revision } = withdrawal
  const record: WithdrawalRecord = { v: 1, type: 'withdrawal', id, tag, window, startUs, endUs, revision, by }
  return withinLimit(JSON.stringify(record))
}

/** The JSON text of an alarm, or undefined when its tag makes it too long for a frame. */
export function alarmText({ key: tag, ...change }: AlarmChange, by: MadeBy): string | undefined {
  const record: AlarmRecord = { v: 1, type: 'alarm', tag, ...change, by }
  return withinLimit(JSON.stringify(record))
}

/** The JSON text of what a rule sends to the cloud, or undefined when it is too long for a frame. */
export function eventText(
  { id, rule, key, timeUs, outputText }: EventOutcome,
  by: MadeBy,
): string | undefined {
  const head = JSON.stringify({ v: 1, type: 'event', id, rule, key, timeUs })
  const output = outputText === '' ? 'null' : outputText
  return withinLimit(`${head.slice(0, -1)},"output":${output},"by":${JSON.stringify(by)}}`)
}

const withinLimit = (text: string): string | undefined =>
  text.length * 3 <= TEXT_BYTES_MAX || encodeText(text).length <= TEXT_BYTES_MAX ? text : undefined

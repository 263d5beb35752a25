import * as z from 'zod'

export const Severity = z.enum(['info', 'warning', 'critical'])
export type Severity = z.output<typeof Severity>

/** What the judged value was; null where there is none, as for missing data. */
export type AlarmValue = number | boolean | string | null

/**
 * `raised`: the condition began. `updated`: it grew worse, or its severity changed. `acknowledged`: a person has
 * seen it. `cleared`: it ended (a latched alarm: it ended and was acknowledged). `shelved`: no notices until
 * `untilUs`; `unshelved`: notices again, followed by what happened meanwhile.
 */
export type AlarmStep = 'raised' | 'updated' | 'acknowledged' | 'cleared' | 'shelved' | 'unshelved'

/** One notice of one alarm; an alarm is what belongs to (rule, key). */
export interface AlarmChange {
  /** `rule|key|sinceUs|state|n`: never comes twice. */
  readonly id: string
  readonly rule: string
  /** Tag, or whatever a rule of SQL groups by. */
  readonly key: string
  readonly state: AlarmStep
  /** Counts the changes of this alarm; grows also over the alarm being forgotten and coming back. */
  readonly n: number
  /** Event time at which the condition began; of `cleared`: ended. */
  readonly sinceUs: number
  /** Event time of the sample that decided; of what a person did: the time of the command. */
  readonly timeUs: number
  readonly value: AlarmValue
  /** Limit that was violated, where there is one. */
  readonly limit: number | null
  readonly severity: Severity
  /** What the person who is woken should read. */
  readonly text?: string
  /** What exactly was found (a rule of the chart, a band), or the reason that a person gave. */
  readonly note?: string
  /** The person of `acknowledged`, `shelved` and `unshelved`; absent when time ran out. */
  readonly who?: string
  /** Of `shelved`. */
  readonly untilUs?: number
}

import * as z from 'zod'
import { duration } from '../../component/config-types.ts'

const NAME_LENGTH_MAX = 128
const TEXT_LENGTH_MAX = 1024
/** Longer statements are refused by the compiler as well; here the error names the rule. */
const SQL_LENGTH_MAX = 16_384
/** Each is evaluated and counted for every match. */
const ACTIONS_MAX = 10

/** Parts of identities are parted by `|`, keys of the state by a line end; one name is no key of any object. */
const Name = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^(?!__proto__$)[^|\p{Cc}]*$/u, 'a name without | and without control characters')

/** Text with `${…}` in it: SQL expressions on the message that the rule matched. */
const Template = z.string().min(1).max(TEXT_LENGTH_MAX)

/** Publishes the output of the SELECT on a local topic; the recipe's accessControl must allow it. */
const Republish = z.object({ type: z.literal('republish'), topic: Template })

/** Asks for an output of the gateway to be set, on the topic that the collector's outputs listen to. */
const SetOutput = z.object({
  type: z.literal('output'),
  output: Template,
  /** Member of the output that is the value to set. */
  value: z.string().prefault('value'),
})

/** Hands the output to a function of the site. */
const CallFunction = z.object({ type: z.literal('call'), function: Name })

/** Sends the output to the cloud, with the summaries and alarms. */
const SendToCloud = z.object({ type: z.literal('cloud') })

/** Stores a member of the output as a sample of another tag, at the time of the sample that matched. */
const Derive = z.object({ type: z.literal('derive'), tag: Template, value: z.string().prefault('value') })

/** Raises an alarm while the rule matches; the next sample of the tag that does not match clears it. */
const RaiseAlarm = z.object({
  type: z.literal('alarm'),
  severity: z.enum(['info', 'warning', 'critical']).prefault('warning'),
  text: Template.optional(),
})

const Effect = z.discriminatedUnion('type', [Republish, SetOutput, CallFunction])
export type EffectAction = z.output<typeof Effect>

const Action = z.discriminatedUnion('type', [
  Republish,
  SetOutput,
  CallFunction,
  SendToCloud,
  Derive,
  RaiseAlarm,
])
export type RuleAction = z.output<typeof Action>

const raisesOneAlarm = (actions: readonly RuleAction[]): boolean =>
  actions.filter(({ type }) => type === 'alarm').length <= 1

/** SQL on every sample of the tags that its FROM names, and what to do where it matches. */
export const RuleConfig = z.object({
  /** Part of the identity of all that the rule does: keep it when you change the rule. */
  name: Name,
  sql: z.string().min(1).max(SQL_LENGTH_MAX),
  sqlVersion: z.enum(['2015-10-08', '2016-03-23', 'beta']).prefault('2016-03-23'),
  /**
   * From the time of the sample to the end of the action. A rule with one acts on live frames at once, without
   * waiting for the disk; misses are counted.
   */
  deadline: duration.optional(),
  /** Actions on the world are left out when their sample is older than this: nobody wants a valve set by last night. */
  maxAge: duration.prefault('1m'),
  actions: z
    .array(Action)
    .min(1)
    .max(ACTIONS_MAX)
    .refine(raisesOneAlarm, 'at most one alarm: its identity is the rule and the tag'),
  /** Gets `{ rule, action, error, output }` when an action of the rule has failed. */
  errorAction: Effect.optional(),
  /** A new alarm state or derived value is worth a window's lateness; late windows come again with higher revisions. */
  allowedLateness: duration.prefault('0s'),
})
export type RuleConfig = z.output<typeof RuleConfig>

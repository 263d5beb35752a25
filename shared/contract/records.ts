import * as z from 'zod'
import { SignedTreeHead } from '../proof/tree-head-text.ts'

/** Which code and which configuration made a record, so that it can be recomputed and compared. */
const MadeBy = z.object({ component: z.string(), version: z.string(), config: z.string() })

/** One window of one tag. (tag, window, startUs) is its identity; a higher revision replaces a lower one. */
export const SummaryRecord = z.object({
  v: z.literal(1),
  type: z.literal('summary'),
  /** Identity and revision in one text: `tag|window|startUs|revision`. */
  id: z.string(),
  tag: z.string(),
  /** Kind and size, such as `tumbling:60000000`. */
  window: z.string(),
  startUs: z.number(),
  endUs: z.number(),
  revision: z.number().int(),
  /** EARLY before the window was complete, ON_TIME when it became so, LATE when samples came after that. */
  timing: z.enum(['EARLY', 'ON_TIME', 'LATE']),
  /** Samples that entered the aggregates: neither bad, nor NaN or infinite, nor quarantined. */
  count: z.number().int(),
  bad: z.number().int(),
  uncertain: z.number().int(),
  /** Good samples over all samples of the window, 0 to 1. */
  goodShare: z.number(),
  mean: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Population standard deviation. */
  std: z.number().nullable(),
  /** Sum of squared deviations: with count and mean, what two neighbours need to merge. */
  m2: z.number().nullable(),
  last: z.union([z.number(), z.boolean(), z.string()]).nullable(),
  /** The other aggregates that the configuration asks for, by name. */
  aggregates: z.record(z.string(), z.json()).optional(),
  /** Not one window but all the empty ones from start to end. */
  gap: z.literal(true).optional(),
  by: MadeBy,
})
export type SummaryRecord = z.output<typeof SummaryRecord>

/** A window is no more: a late sample merged it into another. It replaces the summary of lower revisions. */
export const WithdrawalRecord = z.object({
  v: z.literal(1),
  type: z.literal('withdrawal'),
  /** As in a summary: `tag|window|startUs|revision`. */
  id: z.string(),
  tag: z.string(),
  window: z.string(),
  startUs: z.number(),
  endUs: z.number(),
  revision: z.number().int(),
  by: MadeBy,
})
export type WithdrawalRecord = z.output<typeof WithdrawalRecord>

export const AlarmRecord = z.object({
  v: z.literal(1),
  type: z.literal('alarm'),
  /** `rule|tag|sinceUs|state|n`; without the n in records of earlier versions. */
  id: z.string(),
  rule: z.string(),
  /** Of a rule that groups otherwise than by tag: its key. */
  tag: z.string(),
  /** Earlier versions knew `raised` and `cleared` alone. */
  state: z.enum(['raised', 'updated', 'acknowledged', 'cleared', 'shelved', 'unshelved']),
  /** Event time at which the condition began; of `cleared`: ended. */
  sinceUs: z.number(),
  /** Event time of the sample that decided it, once the hold time had passed; of what a person did: when. */
  timeUs: z.number(),
  value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
  /** Null where the condition has none. */
  limit: z.number().nullable(),
  /** The rest is absent in records of earlier versions. `n` counts the changes of this alarm. */
  n: z.number().int().optional(),
  severity: z.enum(['info', 'warning', 'critical']).optional(),
  /** What the person who is woken should read. */
  text: z.string().optional(),
  /** What exactly was found, or the reason that a person gave. */
  note: z.string().optional(),
  /** The person who acknowledged, shelved or unshelved. */
  who: z.string().optional(),
  /** Of `shelved`: no notices until then. */
  untilUs: z.number().optional(),
  by: MadeBy,
})
export type AlarmRecord = z.output<typeof AlarmRecord>

/** The output of a rule that sends to the cloud. */
export const EventRecord = z.object({
  v: z.literal(1),
  type: z.literal('event'),
  /** Unique for ever: the rule, what it judged, and which of its actions this is. */
  id: z.string(),
  rule: z.string(),
  /** The tag of the sample, or the key of the window. */
  key: z.string(),
  /** Event time of the sample, or the end of the window. */
  timeUs: z.number(),
  /** What the rule's SELECT gave. */
  output: z.json(),
  by: MadeBy,
})
export type EventRecord = z.output<typeof EventRecord>

/** A signed head of the historian's Merkle log: who keeps it outside can tell later whether the log was rewritten. */
export const HeadRecord = z.object({
  v: z.literal(1),
  type: z.literal('head'),
  /** `head|log|size`. */
  id: z.string(),
  head: SignedTreeHead,
})
export type HeadRecord = z.output<typeof HeadRecord>

export const GenbaRecord = z.discriminatedUnion('type', [
  SummaryRecord,
  WithdrawalRecord,
  AlarmRecord,
  EventRecord,
  HeadRecord,
])
export type GenbaRecord = z.output<typeof GenbaRecord>

/** What the uplink sends to IoT Core. Receivers drop a record whose id they already have. */
export const CloudMessage = z.object({
  v: z.literal(1),
  /** `thing/first log position`. */
  id: z.string(),
  gateway: z.string(),
  records: z.array(GenbaRecord),
})
export type CloudMessage = z.output<typeof CloudMessage>

import * as z from 'zod'

const Base = {
  v: z.literal(1),
  /** Correlates the answers. */
  id: z.number().int(),
  /** Topic of the answers. */
  replyTo: z.string().max(256),
}

const Name = z.string().min(1).max(256)
const Key = z.string().max(1024)

/** A person who gives an order, as the audit will name them. */
const By = z.string().min(1).max(128)

const Request = {
  /** Every rule and detection with its counters. */
  rules: z.object({ ...Base, op: z.literal('rules') }),
  /** Why a rule or detection fired or did not. */
  explain: z.object({ ...Base, op: z.literal('explain'), rule: Name, key: Key.optional() }),
  /** Alarms that stand or are shelved. */
  alarms: z.object({ ...Base, op: z.literal('alarms') }),
  alarm: z.object({
    ...Base,
    op: z.literal('alarm'),
    kind: z.enum(['acknowledge', 'shelve', 'unshelve']),
    rule: Name,
    key: Key,
    by: By,
    reason: z.string().max(512).optional(),
    /** Of `shelve`: for how long. */
    forUs: z.number().int().positive().optional(),
  }),
  functions: z.object({ ...Base, op: z.literal('functions') }),
  /** What happens to an input that was set aside. */
  input: z.object({ ...Base, op: z.literal('input'), kind: z.enum(['replay', 'discard']), input: Name }),
}

/** Questions and orders to the processor. */
export const ProcessorRequest = z.discriminatedUnion('op', [
  Request.rules,
  Request.explain,
  Request.alarms,
  Request.alarm,
  Request.functions,
  Request.input,
])
export type ProcessorRequest = z.output<typeof ProcessorRequest>

/**
 * One part of an answer: the texts of all parts in order are one JSON value. Parts keep every message under the limit
 * of the bus whatever the number of rules.
 */
export const ProcessorReply = z.object({
  v: z.literal(1),
  id: z.number().int(),
  /** 0, 1, 2 … */
  part: z.number().int(),
  last: z.boolean(),
  text: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type ProcessorReply = z.output<typeof ProcessorReply>

/** Characters of one part: some 4 kB of JSON text even where each needs an escape or three bytes. */
export const REPLY_TEXT_LENGTH = 2000

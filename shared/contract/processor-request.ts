import * as z from 'zod'
import { askedShape } from '../asking/asked.ts'

const Name = z.string().min(1).max(256)
const Key = z.string().max(1024)

/** A person who gives an order, as the audit will name them. */
const By = z.string().min(1).max(128)

const Request = {
  /** Every rule and detection with its counters. */
  rules: z.object({ ...askedShape, op: z.literal('rules') }),
  /** Why a rule or detection fired or did not. */
  explain: z.object({ ...askedShape, op: z.literal('explain'), rule: Name, key: Key.optional() }),
  /** Alarms that stand or are shelved. */
  alarms: z.object({ ...askedShape, op: z.literal('alarms') }),
  alarm: z.object({
    ...askedShape,
    op: z.literal('alarm'),
    kind: z.enum(['acknowledge', 'shelve', 'unshelve']),
    rule: Name,
    key: Key,
    by: By,
    reason: z.string().max(512).optional(),
    /** Of `shelve`: for how long. */
    forUs: z.number().int().positive().optional(),
  }),
  functions: z.object({ ...askedShape, op: z.literal('functions') }),
  /** What happens to an input that was set aside. */
  input: z.object({
    ...askedShape,
    op: z.literal('input'),
    kind: z.enum(['replay', 'discard']),
    input: Name,
  }),
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

/** Without what carries it over the bus. */
export type ProcessorQuestion = ProcessorRequest extends infer Request
  ? Request extends ProcessorRequest
    ? Omit<Request, 'v' | 'id' | 'replyTo'>
    : never
  : never

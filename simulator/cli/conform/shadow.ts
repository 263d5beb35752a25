import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { isObject } from '../../shadow/section.ts'
import { type ShadowOutcome, Shadows } from '../../shadow/shadows.ts'
import type { CaseOutcome } from './check.ts'

/** Taken as it is: a key may be called like something that every object inherits. */
const Message = z.custom<JsonObject>(isObject)

const Step = z.object({
  op: z.enum(['update', 'get', 'delete', 'list']),
  thing: z.string(),
  shadow: z.string().nullable().default(null),
  payload: z.unknown().optional(),
  payloadText: z.string().optional(),
  /** Seconds since 1970. */
  timestamp: z.number(),
  expect: z.object({
    accepted: Message.optional(),
    rejected: Message.optional(),
    /** The accepted message has no member but those named. */
    exact: z.boolean().default(false),
    /** Null: none is published. */
    delta: Message.nullable().optional(),
    documents: Message.nullable().optional(),
  }),
})
type Step = z.output<typeof Step>

const ShadowCase = z.object({ steps: z.array(Step) })

/** Runs a case of device shadows: a row of requests, and what each of them publishes. */
export function checkShadowCase(line: unknown): CaseOutcome {
  const shadows = new Shadows()
  for (const [index, step] of ShadowCase.parse(line).steps.entries()) {
    const outcome = ask(shadows, step)
    if (!fits(outcome, step.expect)) {
      return { passed: false, expected: step.expect, actual: { step: index + 1, ...outcome } }
    }
  }
  return { passed: true }
}

function ask(shadows: Shadows, { op, thing, shadow, payload, payloadText, timestamp }: Step): ShadowOutcome {
  const id = { thing, name: shadow ?? undefined }
  if (op === 'list') return { accepted: { results: shadows.namesOf(thing) } }
  if (op === 'get') return shadows.get(id, timestamp)
  if (op === 'delete') return shadows.delete(id, timestamp)
  return shadows.update(id, Buffer.from(payloadText ?? JSON.stringify(payload) ?? ''), timestamp)
}

function fits(
  outcome: ShadowOutcome,
  { accepted, rejected, exact, delta, documents }: Step['expect'],
): boolean {
  if ('rejected' in outcome) {
    return rejected !== undefined && hasMembers(outcome.rejected, rejected) && !delta && !documents
  }
  if (accepted === undefined) return false
  const isAccepted = exact
    ? isDeepStrictEqual(outcome.accepted, accepted)
    : hasMembers(outcome.accepted, accepted)
  return isAccepted && isPublished(outcome.delta, delta) && isPublished(outcome.documents, documents)
}

const isPublished = (message: JsonObject | undefined, expected: JsonObject | null | undefined): boolean => {
  if (expected === undefined) return true
  return expected === null ? message === undefined : message !== undefined && hasMembers(message, expected)
}

/** Each member that is expected is there and equal; there may be more. */
const hasMembers = (message: JsonObject, expected: JsonObject): boolean =>
  Object.entries(expected).every(([key, value]) => isDeepStrictEqual(message[key], value))

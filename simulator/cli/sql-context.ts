import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { SqlEnvironment, SqlMessage } from '../../shared/sql/function.ts'
import { parseJson } from '../../shared/sql/json.ts'
import type { SqlValue } from '../../shared/sql/value.ts'
import type { SqlVersion } from '../../shared/sql/version.ts'

/** What surrounds a message that a statement is tried on. `stubs` are the answers of external lookups by function. */
export const SqlContext = z.object({
  clientid: z.string().optional(),
  accountid: z.string().optional(),
  timestamp: z.number().optional(),
  principal: z.string().optional(),
  sourceip: z.string().optional(),
  traceid: z.string().optional(),
  protocol: z.string().optional(),
  /** Of the rule, for messages that come by Basic Ingest. */
  ruleName: z.string().optional(),
  mqttProperties: z
    .object({
      content_type: z.string(),
      format_indicator: z.string(),
      response_topic: z.string(),
      correlation_data: z.string(),
    })
    .partial()
    .optional(),
  userProperties: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  stubs: z.record(z.string(), z.unknown()).prefault({}),
})
export type SqlContext = z.output<typeof SqlContext>

/** What the context leaves out is what a machine would say now. */
export function environmentOf(context: SqlContext): SqlEnvironment {
  const { clientid, accountid, principal, sourceip, traceid, protocol, ruleName } = context
  return {
    timestampMs: context.timestamp ?? Date.now(),
    ...present({ clientId: clientid, accountId: accountid, principal, sourceIp: sourceip }),
    ...present({ traceId: traceid, protocol, ruleName }),
    ...present({ mqttProperties: present(context.mqttProperties ?? {}) }),
    ...present({ userProperties: context.userProperties }),
    random: Math.random,
    uuid: randomUUID,
    lookup: (name) => {
      if (!Object.hasOwn(context.stubs, name)) throw new RangeError('the context has no stub of this name')
      return context.stubs[name] as SqlValue
    },
  }
}

/** Members that have a value. */
function present<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Members]?: Exclude<Members[Name], undefined> }
}

/** A message with the payload's bytes; a payload that is no JSON has no members. */
export function messageOf(topic: string, bytes: Uint8Array, version: SqlVersion): SqlMessage {
  return { topic, payload: parseJson(new TextDecoder().decode(bytes), version)?.value, bytes }
}

import type { SqlValue } from './value.ts'
import type { SqlVersion } from './version.ts'

/** What a rule judges. */
export interface SqlMessage {
  readonly topic: string
  /** The parsed payload; Undefined when it is not JSON. */
  readonly payload: SqlValue
  /** The payload as it came. Left out, it is the compact JSON of `payload`. */
  readonly bytes?: Uint8Array
}

/** What a rule may ask of its surroundings. All is injected, so that a replay answers as the live run did. */
export interface SqlEnvironment {
  /** Milliseconds since 1970 at which the engine saw the message. */
  readonly timestampMs: number
  readonly clientId?: string
  readonly accountId?: string
  readonly principal?: string
  readonly sourceIp?: string
  readonly traceId?: string
  /** Left out: `mqtt`. */
  readonly protocol?: string
  /** Of the rule: a message that comes by Basic Ingest for another rule is no match. Left out: for this rule. */
  readonly ruleName?: string
  readonly mqttProperties?: Readonly<Record<string, string>>
  readonly userProperties?: readonly { readonly key: string; readonly value: string }[]
  /** In 0..1, 1 excluded. */
  random(): number
  uuid(): string
  /**
   * Asks outside the message (`aws_lambda`, `get_secret` …): answers at once, throws `LookupPending` when the answer
   * is still to come, and anything else when it failed.
   */
  lookup(name: string, args: readonly SqlValue[]): SqlValue
}

/** Thrown by `lookup` for an answer that is still to come; whoever evaluates does so again once it is there. */
export class LookupPending extends Error {
  constructor(name: string) {
    super(`the answer of ${name} is still to come`)
    this.name = 'LookupPending'
  }
}

/** Why a rule stopped: an answer from outside the message did not come. `get_or_default` catches it. */
export class FailedLookup extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'FailedLookup'
  }
}

/** Where a function is called: one evaluation of one statement for one message. */
export interface SqlScope {
  readonly version: SqlVersion
  readonly message: SqlMessage
  readonly environment: SqlEnvironment
}

export type SqlCall = (args: readonly SqlValue[], scope: SqlScope) => SqlValue

/** An argument that is the same in every evaluation. */
export interface SqlConstant {
  readonly value: SqlValue
}

export interface SqlFunction {
  /** As the guide writes it; calls are matched without regard to case. */
  readonly name: string
  readonly since: SqlVersion
  /** A call with fewer or more arguments is Undefined; `call` never sees one. */
  readonly minArgs: number
  readonly maxArgs: number
  /** Whether the answer depends on the arguments alone. */
  readonly isPure: boolean
  /** Answers Undefined for wrong types; throws nothing of its own. */
  readonly call: SqlCall
  /**
   * Once per place of a call: a faster way for constant arguments (a pattern, a regular expression). Undefined where
   * there is none.
   */
  readonly specialise?: (args: readonly (SqlConstant | undefined)[]) => SqlCall | undefined
  /** Takes the place of `call` where the first argument is the bare `*` of the whole payload. */
  readonly callWhole?: SqlCall
}

import type { Json } from '../bytes/json.ts'
import type { StoredInput } from './set-aside.ts'

export interface FunctionInput {
  readonly function: string
  /** Unique among the inputs of one pool; of the caller's choice. */
  readonly id: string
  /** Inputs of one key keep their order. */
  readonly key: string
  readonly event: Json
}

export type CallAnswer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: Refusal; readonly message: string }

export type Refusal = 'unknown-function' | 'unknown-input' | 'queue-full' | 'too-large' | 'at-work' | 'closed'

export interface DoneInput {
  readonly function: string
  readonly id: string
  readonly key: string
  /** What the handler returned. */
  readonly result: Json | undefined
  readonly attempts: number
  /** From its acceptance to its end. */
  readonly elapsedMs: number
}

export interface SetAsideInput {
  readonly function: string
  readonly id: string
  readonly key: string
  readonly event: Json
  readonly attempts: number
  /** `threw`, `deadline`, `result`: the handler's own; `memory`, `crash`, `exit`, `load`: its worker's. */
  readonly cause: FailureCause
  /** For people. */
  readonly message: string
  /** Wall clock, microseconds since 1970 UTC. */
  readonly timeUs: number
}

export type FailureCause = 'threw' | 'deadline' | 'memory' | 'crash' | 'exit' | 'load' | 'removed'

export const refused = (reason: Refusal, message: string): CallAnswer => ({
  accepted: false,
  reason,
  message,
})

export const published = (input: StoredInput, cause: FailureCause): SetAsideInput => ({
  function: input.function,
  id: input.id,
  key: input.key,
  event: JSON.parse(input.event) as Json,
  attempts: input.attempts,
  cause,
  message: input.message,
  timeUs: input.timeUs,
})

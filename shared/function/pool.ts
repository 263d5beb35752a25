import type { Json } from '../bytes/json.ts'
import type { Host } from '../component/host.ts'
import type { KeyValueStore } from '../store/store.ts'
import type { FunctionDefinition } from './definition.ts'

/** Functions of the site's own, each with its queue, its workers and its retries. */
export interface FunctionPool {
  /** Never waits and never throws. An input that is accepted ends exactly once: done, or set aside. */
  call(input: FunctionInput): CallAnswer
  /** Inputs that failed their retries, oldest first. */
  setAside(): readonly SetAsideInput[]
  /** Queues an input that was set aside once more; it stays stored until it is done. */
  replay(id: string): CallAnswer
  /** Forgets an input that was set aside; false when there is none of that id. */
  discard(id: string): boolean
  figures(): PoolFigures
  /** Replaces what differs; what waits stays queued, what is at work ends with the worker it began in. */
  reconfigure(definitions: readonly FunctionDefinition[]): void
  /** Ends all workers at once. What has not ended by then is stored and called again after the next start. */
  close(): Promise<void>
}

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

export interface FunctionFigures {
  readonly name: string
  readonly waiting: number
  readonly waitingBytes: number
  /** Age of the oldest input that has not ended; 0 when none waits. */
  readonly oldestMs: number
  readonly atWork: number
  readonly workers: number
  readonly accepted: number
  readonly refused: number
  readonly done: number
  /** Attempts that failed, by cause. */
  readonly failures: Readonly<Record<FailureCause, number>>
  readonly retries: number
  readonly setAside: number
  readonly workersStarted: number
  readonly workersRecycled: number
  readonly logLinesSuppressed: number
}

export interface PoolFigures {
  readonly functions: readonly FunctionFigures[]
  readonly setAside: number
  /** Set aside and then lost because the bound was reached. */
  readonly setAsideDropped: number
}

export interface PoolParts extends Pick<Host<unknown>, 'workers' | 'scheduler' | 'clock' | 'log'> {
  /** For what is set aside; the pool has it for itself, and does not close it. */
  readonly store: KeyValueStore
  readonly onDone: (input: DoneInput) => void
  readonly onSetAside: (input: SetAsideInput) => void
}

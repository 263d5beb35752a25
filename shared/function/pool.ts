import type { Json } from '../bytes/json.ts'
import type { Host } from '../component/host.ts'
import type { KeyValueStore } from '../store/store.ts'
import {
  type CallAnswer,
  type DoneInput,
  type FailureCause,
  type FunctionInput,
  published,
  refused,
  type SetAsideInput,
} from './call.ts'
import type { FunctionDefinition } from './definition.ts'
import type { PoolFigures } from './figures.ts'
import { FunctionLine } from './function-line.ts'
import type { QueuedInput } from './key-queue.ts'
import { EVENT_BYTES_MAX, ID_LENGTH_MAX, KEY_LENGTH_MAX } from './limits.ts'
import { SetAsideStore, type StoredInput } from './set-aside.ts'

/** Functions of the site's own, each with its queue, its workers and its retries. */
export interface FunctionPool {
  /**
   * Never waits and never throws. An input that is accepted ends exactly once: done, or set aside. One whose id is
   * queued or set aside already is that input: it is accepted, counted as repeated, and not queued again.
   */
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

export interface PoolParts extends Pick<Host<unknown>, 'workers' | 'scheduler' | 'clock' | 'log'> {
  /** For what is set aside; the pool has it for itself, and does not close it. */
  readonly store: KeyValueStore
  readonly onDone: (input: DoneInput) => void
  readonly onSetAside: (input: SetAsideInput) => void
}

/**
 * Opens the pool: reads what was set aside, queues what had not ended when the component stopped, and loads each
 * function once, so that a fault in a file is in the log at the start.
 *
 * @throws StoreError when the store cannot be read
 */
export async function createFunctionPool(
  definitions: readonly FunctionDefinition[],
  parts: PoolParts,
): Promise<FunctionPool> {
  const pool = new Pool(parts, await SetAsideStore.open(parts))
  pool.reconfigure(definitions)
  pool.resume()
  return pool
}

class Pool implements FunctionPool {
  readonly #parts: PoolParts
  readonly #kept: SetAsideStore
  readonly #lines = new Map<string, { definition: FunctionDefinition; readonly line: FunctionLine }>()
  /** Of inputs that have been accepted, or queued again, and have not ended. */
  readonly #atWork = new Set<string>()
  #repeated = 0
  #isClosed = false

  constructor(parts: PoolParts, kept: SetAsideStore) {
    this.#parts = parts
    this.#kept = kept
  }

  resume(): void {
    for (const input of this.#kept.list()) {
      if (input.state !== 'waiting') continue
      const line = this.#lines.get(input.function)?.line
      const queued = this.#queued(input, input.attempts)
      if (line === undefined) {
        const message = `function ${input.function} is no longer configured`
        this.#setAside(input.function, queued, 'removed', message)
      } else {
        this.#atWork.add(input.id)
        line.addAnyway(queued)
      }
    }
  }

  call({ function: name, id, key, event }: FunctionInput): CallAnswer {
    if (this.#isClosed) return refused('closed', 'the component is stopping')
    const line = this.#lines.get(name)?.line
    if (line === undefined) return refused('unknown-function', `there is no function ${name}`)
    if (this.#atWork.has(id) || this.#kept.get(id) !== undefined) {
      this.#repeated += 1
      return { accepted: true }
    }
    const text = JSON.stringify(event)
    if (id.length > ID_LENGTH_MAX || key.length > KEY_LENGTH_MAX)
      return refused(
        'too-large',
        `an id of at most ${ID_LENGTH_MAX} and a key of ${KEY_LENGTH_MAX} characters`,
      )
    if (Buffer.byteLength(text) > EVENT_BYTES_MAX)
      return refused('too-large', `an event of at most ${EVENT_BYTES_MAX} bytes as JSON`)
    const input = { id, key, text, attempts: 0, acceptedMs: this.#parts.clock.monotonicMs() }
    return this.#offer(name, line, input)
  }

  #offer(name: string, line: FunctionLine, input: QueuedInput): CallAnswer {
    // Before it is queued: nothing keeps it from ending within the call.
    this.#atWork.add(input.id)
    if (line.add(input)) return { accepted: true }
    this.#atWork.delete(input.id)
    return refused('queue-full', `the queue of ${name} is full`)
  }

  setAside(): readonly SetAsideInput[] {
    return this.#kept
      .list()
      .flatMap((input) => (input.cause === undefined ? [] : [published(input, input.cause)]))
  }

  replay(id: string): CallAnswer {
    if (this.#isClosed) return refused('closed', 'the component is stopping')
    const input = this.#kept.get(id)
    if (input?.cause === undefined) return refused('unknown-input', `no input ${id} is set aside`)
    if (this.#atWork.has(id)) return refused('at-work', `input ${id} is queued again already`)
    const line = this.#lines.get(input.function)?.line
    if (line === undefined) return refused('unknown-function', `there is no function ${input.function}`)
    return this.#offer(input.function, line, this.#queued(input, 0))
  }

  discard(id: string): boolean {
    if (this.#kept.get(id)?.cause === undefined || this.#atWork.has(id)) return false
    return this.#kept.delete(id)
  }

  figures(): PoolFigures {
    return {
      functions: [...this.#lines.values()].map(({ line }) => line.figures()),
      setAside: this.#kept.size,
      setAsideDropped: this.#kept.dropped,
      repeated: this.#repeated,
    }
  }

  reconfigure(definitions: readonly FunctionDefinition[]): void {
    const wanted = new Map(definitions.map((definition) => [definition.name, definition]))
    for (const [name, { line }] of [...this.#lines]) {
      if (wanted.has(name)) continue
      this.#lines.delete(name)
      line.remove()
    }
    for (const [name, definition] of wanted) {
      const known = this.#lines.get(name)
      if (known === undefined) this.#add(definition)
      else if (JSON.stringify(known.definition) !== JSON.stringify(definition)) {
        known.definition = definition
        known.line.reconfigure(definition)
      }
    }
  }

  #add(definition: FunctionDefinition): void {
    const { name } = definition
    const line = new FunctionLine(definition, {
      ...this.#parts,
      onDone: (input, result) => this.#done(name, input, result),
      onSetAside: (input, cause, message) => this.#setAside(name, input, cause, message),
    })
    this.#lines.set(name, { definition, line })
    line.warm()
  }

  #done(name: string, { id, key, attempts, acceptedMs }: QueuedInput, result: Json | undefined): void {
    this.#atWork.delete(id)
    this.#kept.delete(id)
    this.#parts.onDone({
      function: name,
      id,
      key,
      result,
      attempts,
      elapsedMs: this.#parts.clock.monotonicMs() - acceptedMs,
    })
  }

  #setAside(name: string, input: QueuedInput, cause: FailureCause, message: string): void {
    this.#atWork.delete(input.id)
    const stored = this.#stored(name, input, { state: 'ended', cause, message })
    this.#kept.put(stored)
    this.#parts.onSetAside(published(stored, cause))
  }

  #stored(
    name: string,
    { id, key, text, attempts }: QueuedInput,
    state: Pick<StoredInput, 'state' | 'message' | 'cause'>,
  ): StoredInput {
    return { ...state, function: name, id, key, event: text, attempts, timeUs: this.#parts.clock.wallUs() }
  }

  #queued({ id, key, event }: StoredInput, attempts: number): QueuedInput {
    return { id, key, text: event, attempts, acceptedMs: this.#parts.clock.monotonicMs() }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const [name, { line }] of this.#lines) {
      for (const input of line.close()) {
        // One that is replayed stays what it was: set aside.
        if (this.#kept.get(input.id)?.state === 'ended') continue
        this.#kept.put(this.#stored(name, input, { state: 'waiting', message: '' }))
      }
    }
    await this.#kept.flush()
  }
}

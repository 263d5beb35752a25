import type { Subscription } from 'rxjs'
import type { Json } from '../bytes/json.ts'
import type { Log, WorkerAnswer } from '../component/host.ts'
import { GenbaError } from '../errors/genba-error.ts'
import type { FailureCause } from './call.ts'
import type { FunctionDefinition } from './definition.ts'
import type { FunctionFigures } from './figures.ts'
import { KeyQueue, type QueuedInput, sizeOf } from './key-queue.ts'
import { BACKOFF_MS_MAX, RESULT_BYTES_MAX } from './limits.ts'
import { createLimitedLog, type LimitedLog } from './log-limiter.ts'
import { type CrewParts, WorkerCrew } from './worker-crew.ts'
import type { LossCause } from './worker-slot.ts'

export interface LineParts extends CrewParts {
  readonly log: Log
  readonly onDone: (input: QueuedInput, result: Json | undefined) => void
  readonly onSetAside: (input: QueuedInput, cause: FailureCause, message: string) => void
}

/** One function: its queue, its workers, its retries. Every input that `add` took ends in one of the two answers. */
export class FunctionLine {
  #definition: FunctionDefinition
  readonly #parts: LineParts
  readonly #queue = new KeyQueue()
  /** Of inputs that wait for their next attempt. */
  readonly #pauses = new Map<QueuedInput, Subscription>()
  readonly #crew: WorkerCrew
  readonly #log: LimitedLog
  #isPumping = false
  #isRemoved = false
  #isClosed = false
  readonly #counts = { accepted: 0, refused: 0, done: 0, retries: 0, setAside: 0 }
  readonly #failures: Record<FailureCause, number> = {
    threw: 0,
    deadline: 0,
    memory: 0,
    crash: 0,
    exit: 0,
    load: 0,
    removed: 0,
  }

  constructor(definition: FunctionDefinition, parts: LineParts) {
    this.#definition = definition
    this.#parts = parts
    this.#log = createLimitedLog(parts.log, parts.clock)
    this.#crew = new WorkerCrew(definition, parts, {
      free: () => this.#pump(),
      answered: (input, outcome) => {
        const result = readOutcome(outcome)
        if (result.ok) this.#done(input, result.value)
        else this.#failed(input, 'threw', result.error)
      },
      lost: (input, cause, message) => this.#failed(input, cause, message),
      died: (cause, message, hasLoaded) => this.#died(cause, message, hasLoaded),
      log: ({ level, text }) => this.#log.write(level, { function: this.#definition.name }, text),
    })
  }

  /** Loads the file once ahead of the first input, so that a fault in it is told when it is deployed. */
  warm(): void {
    this.#crew.warm()
  }

  /** False when the queue is full. */
  add(input: QueuedInput): boolean {
    const { queueInputs, queueBytes } = this.#definition
    if (this.#queue.size >= queueInputs || this.#queue.bytes + sizeOf(input) > queueBytes) {
      this.#counts.refused += 1
      return false
    }
    this.addAnyway(input)
    return true
  }

  /** For what had been accepted before the last stop. */
  addAnyway(input: QueuedInput): void {
    this.#counts.accepted += 1
    this.#queue.add(input, this.#definition.key !== 'none')
    this.#pump()
  }

  #pump(): void {
    if (this.#isPumping || this.#isClosed) return
    this.#isPumping = true
    while (this.#queue.readyCount > 0 && this.#step());
    this.#isPumping = false
  }

  /** Brings the first ready input a little nearer its end; false when nothing can be done for it now. */
  #step(): boolean {
    const slot = this.#crew.idle()
    if (slot === undefined) return this.#crew.start(this.#queue.readyCount)
    const input = this.#queue.take()
    if (input !== undefined) slot.run(input)
    return true
  }

  #done(input: QueuedInput, result: Json | undefined): void {
    this.#counts.done += 1
    this.#queue.remove(input)
    this.#parts.onDone(input, result)
    this.#pump()
  }

  #failed(input: QueuedInput, cause: LossCause | 'threw', message: string): void {
    this.#failures[cause] += 1
    const { name, retries, backoffMs } = this.#definition
    const { id, key, attempts } = input
    this.#log.write('warn', { function: name, id, key, attempt: attempts, cause }, message)
    if (this.#isRemoved || attempts > retries) {
      this.#setAside(input, cause, message)
      return
    }
    this.#counts.retries += 1
    const pauseMs = Math.min(backoffMs * 2 ** (attempts - 1), BACKOFF_MS_MAX)
    const resume = (): void => {
      this.#pauses.delete(input)
      this.#queue.release(input)
      this.#pump()
    }
    this.#pauses.set(input, this.#parts.scheduler.schedule(resume, pauseMs))
    this.#pump()
  }

  /** A worker that cannot load is an attempt of the input it was started for, or that would wait for ever. */
  #died(cause: LossCause, message: string, hasLoaded: boolean): void {
    const { name: where, file } = this.#definition
    const issues = [{ where, received: message, mend: `correct ${file} and change \`version\`` }]
    const fault = new GenbaError('GENBA_FUNCTION_LOAD', 'a function cannot be loaded', { issues })
    if (hasLoaded) this.#log.write('warn', { function: where, cause }, `a worker died idle: ${message}`)
    else this.#log.write('error', { function: where, err: fault }, 'a function cannot be loaded')
    const input = hasLoaded ? undefined : this.#queue.take()
    if (input === undefined) return
    input.attempts += 1
    this.#failed(input, cause, message)
  }

  #setAside(input: QueuedInput, cause: FailureCause, message: string): void {
    this.#counts.setAside += 1
    this.#queue.remove(input)
    this.#parts.onSetAside(input, cause, message)
    this.#pump()
  }

  /** Takes effect with the next attempt; what waits keeps its place and its order. */
  reconfigure(definition: FunctionDefinition): void {
    this.#definition = definition
    this.#crew.replace(definition)
    this.#crew.warm()
    this.#pump()
  }

  /** What waits is set aside, so that nobody loses it; what is at work may still end well. */
  remove(): void {
    this.#isRemoved = true
    this.#endPauses()
    const atWork = new Set(this.#crew.inputsAtWork())
    for (const input of this.#queue.all()) {
      if (atWork.has(input)) continue
      this.#failures.removed += 1
      this.#setAside(input, 'removed', `function ${this.#definition.name} is no longer configured`)
    }
    this.#crew.replace(this.#definition)
  }

  /** Ends all work; returns what has not ended, in order of acceptance, with the attempts that were completed. */
  close(): QueuedInput[] {
    this.#isClosed = true
    this.#endPauses()
    for (const input of this.#crew.inputsAtWork()) input.attempts -= 1
    this.#crew.close()
    return this.#queue.all()
  }

  #endPauses(): void {
    for (const pause of this.#pauses.values()) pause.unsubscribe()
    this.#pauses.clear()
  }

  figures(): FunctionFigures {
    const oldest = this.#queue.oldest()
    const atWork = this.#crew.inputsAtWork().length
    return {
      name: this.#definition.name,
      waiting: this.#queue.size - atWork,
      waitingBytes: this.#queue.bytes,
      oldestMs: oldest === undefined ? 0 : this.#parts.clock.monotonicMs() - oldest.acceptedMs,
      atWork,
      workers: this.#crew.size,
      ...this.#counts,
      failures: { ...this.#failures },
      workersStarted: this.#crew.started,
      workersRecycled: this.#crew.recycled,
      logLinesSuppressed: this.#log.suppressed,
    }
  }
}

type Result =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly error: string }

/** A function can change what JSON means in its thread, so not even its worker's answer is taken on trust. */
function readOutcome(outcome: WorkerAnswer['outcome']): Result {
  if (!outcome.ok) return outcome
  const { result } = outcome
  if (result === undefined) return { ok: true, value: undefined }
  try {
    if (result.length > RESULT_BYTES_MAX) return { ok: false, error: 'the result is too large' }
    return { ok: true, value: JSON.parse(result) as Json }
  } catch {
    return { ok: false, error: 'the result is not JSON' }
  }
}

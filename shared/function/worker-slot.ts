import type { SchedulerLike, Subscription } from 'rxjs'
import type {
  WorkerAnswer,
  WorkerEnd,
  WorkerHandle,
  WorkerLog,
  WorkerReport,
  Workers,
} from '../component/host.ts'
import type { Clock } from '../time/time.ts'
import type { FunctionDefinition } from './definition.ts'
import type { QueuedInput } from './key-queue.ts'
import { DEADLINE_CONFIRM_MS, LOAD_MS_MAX, MEMORY_SHARE_MAX } from './limits.ts'

/** What a slot tells its function. `idle` and `answered` come after the slot has taken its new state. */
export interface SlotEvents {
  idle(): void
  answered(input: QueuedInput, outcome: WorkerAnswer['outcome']): void
  /** The worker dies with its attempt. */
  lost(input: QueuedInput, cause: LossCause, message: string): void
  /** The worker dies without an attempt: while it loads (`hasLoaded` false), or between two calls. */
  died(cause: LossCause, message: string, hasLoaded: boolean): void
  recycled(): void
  log(line: WorkerLog): void
  /** Its thread is gone; the slot is of no more use. */
  gone(slot: WorkerSlot): void
}

export type LossCause = Exclude<WorkerEnd, 'asked'> | 'deadline'

/** One worker: starting, idle, busy or ending, in that order but for idle and busy. */
export class WorkerSlot {
  #state: 'starting' | 'idle' | 'busy' | 'ending' = 'starting'
  readonly definition: FunctionDefinition
  readonly #handle: WorkerHandle
  readonly #scheduler: SchedulerLike
  readonly #clock: Clock
  readonly #events: SlotEvents
  #timer: Subscription | undefined
  #input: QueuedInput | undefined
  #calls = 0
  #isRetired = false
  #idleSinceMs = 0

  /** @throws what the host says when it has no threads */
  constructor(
    definition: FunctionDefinition,
    parts: { readonly workers: Workers; readonly scheduler: SchedulerLike; readonly clock: Clock },
    events: SlotEvents,
  ) {
    this.definition = definition
    this.#scheduler = parts.scheduler
    this.#clock = parts.clock
    this.#events = events
    const { name, file, handler, memoryBytes } = definition
    this.#handle = parts.workers.start({ name, file, handler, memoryBytes }, (report) => this.#take(report))
    this.#timer = parts.scheduler.schedule(() => this.#loadLate(), LOAD_MS_MAX)
  }

  get isStarting(): boolean {
    return this.#state === 'starting'
  }

  get isIdle(): boolean {
    return this.#state === 'idle'
  }

  get input(): QueuedInput | undefined {
    return this.#input
  }

  idleMs(nowMs: number): number {
    return this.isIdle ? nowMs - this.#idleSinceMs : 0
  }

  /** Only while idle. */
  run(input: QueuedInput): void {
    const { timeoutMs } = this.definition
    this.#state = 'busy'
    this.#input = input
    this.#calls += 1
    input.attempts += 1
    this.#timer = this.#scheduler.schedule(() => {
      this.#timer = this.#scheduler.schedule(() => this.#late(), DEADLINE_CONFIRM_MS)
    }, timeoutMs)
    const deadlineMs = Math.floor(this.#clock.wallUs() / 1000 + timeoutMs)
    const { key, attempts: attempt, text: event } = input
    this.#handle.call({ call: this.#calls, event, key, attempt, deadlineMs })
  }

  /** Ends the worker once it has nothing to do. */
  retire(): void {
    this.#isRetired = true
    if (this.#state !== 'busy') this.end()
  }

  /** Ends the worker at once; nothing more is told of its attempt. */
  end(): void {
    if (this.#state === 'ending') return
    this.#state = 'ending'
    this.#input = undefined
    this.#timer?.unsubscribe()
    this.#handle.end()
  }

  #take(report: WorkerReport): void {
    if (report.type === 'log') this.#events.log(report)
    else if (report.type === 'answer') this.#answer(report)
    else if (report.type === 'ended') this.#ended(report.cause, report.message)
    else if (this.isStarting) this.#becomeIdle()
  }

  #becomeIdle(): void {
    this.#timer?.unsubscribe()
    this.#state = 'idle'
    this.#idleSinceMs = this.#clock.monotonicMs()
    this.#events.idle()
  }

  #answer({ call, outcome, memoryBytes }: WorkerAnswer): void {
    const input = this.#input
    if (input === undefined || call !== this.#calls) return
    this.#timer?.unsubscribe()
    this.#input = undefined
    this.#state = 'idle'
    this.#idleSinceMs = this.#clock.monotonicMs()
    this.#renew(memoryBytes)
    this.#events.answered(input, outcome)
  }

  #renew(memoryBytes: number): void {
    const { memoryBytes: limitBytes, recycleAfter } = this.definition
    const isWorn = this.#calls >= recycleAfter || memoryBytes > limitBytes * MEMORY_SHARE_MAX
    if (!isWorn && !this.#isRetired) return
    this.end()
    if (isWorn) this.#events.recycled()
  }

  #ended(cause: WorkerEnd, message: string): void {
    this.#timer?.unsubscribe()
    const input = this.#input
    const wasStarting = this.isStarting
    const wasEnding = this.#state === 'ending'
    this.#state = 'ending'
    this.#input = undefined
    if (!wasEnding && cause !== 'asked') {
      if (input === undefined) this.#events.died(cause, message, !wasStarting)
      else this.#events.lost(input, cause, message)
    }
    // Last, so that the pause after a death is known before the next worker may start.
    this.#events.gone(this)
  }

  #late(): void {
    const input = this.#input
    this.end()
    const { timeoutMs } = this.definition
    if (input !== undefined) this.#events.lost(input, 'deadline', `no answer within ${timeoutMs} ms`)
  }

  #loadLate(): void {
    this.end()
    this.#events.died('load', `the file has not loaded within ${LOAD_MS_MAX} ms`, false)
  }
}

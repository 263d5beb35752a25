import type { SchedulerLike, Subscription } from 'rxjs'
import type { WorkerAnswer, WorkerLog, Workers } from '../component/host.ts'
import { describeError } from '../errors/genba-error.ts'
import type { Clock } from '../time/time.ts'
import type { FunctionDefinition } from './definition.ts'
import type { QueuedInput } from './key-queue.ts'
import { IDLE_MS, RESTART_PAUSE_FIRST_MS, RESTART_PAUSE_MS_MAX } from './limits.ts'
import { type LossCause, WorkerSlot } from './worker-slot.ts'

export interface CrewParts {
  readonly workers: Workers
  readonly scheduler: SchedulerLike
  readonly clock: Clock
}

/** `free`: a worker may be had, ask again. The others as `SlotEvents`. */
export interface CrewEvents {
  free(): void
  answered(input: QueuedInput, outcome: WorkerAnswer['outcome']): void
  lost(input: QueuedInput, cause: LossCause, message: string): void
  died(cause: LossCause, message: string, hasLoaded: boolean): void
  log(line: WorkerLog): void
}

/**
 * The workers of one function: started when there is work for them, never more than the definition says, threads
 * that are still ending among them. After a death without a success since the last one, the next start waits.
 */
export class WorkerCrew {
  #definition: FunctionDefinition
  readonly #parts: CrewParts
  readonly #events: CrewEvents
  readonly #slots = new Set<WorkerSlot>()
  #deaths = 0
  #startFromMs = Number.NEGATIVE_INFINITY
  #wake: Subscription | undefined
  #sweep: Subscription | undefined
  #isCold = false
  #isClosed = false
  started = 0
  recycled = 0

  constructor(definition: FunctionDefinition, parts: CrewParts, events: CrewEvents) {
    this.#definition = definition
    this.#parts = parts
    this.#events = events
  }

  get size(): number {
    return this.#slots.size
  }

  inputsAtWork(): QueuedInput[] {
    return [...this.#slots].flatMap(({ input }) => (input === undefined ? [] : [input]))
  }

  /** A worker that can take an input now. */
  idle(): WorkerSlot | undefined {
    for (const slot of this.#slots) if (slot.isIdle) return slot
    return undefined
  }

  /** Starts a worker if `waiting` inputs need one more and there is room; says whether it tried. */
  start(waiting: number): boolean {
    if (this.#isClosed || this.#slots.size >= this.#definition.workers) return false
    let starting = 0
    for (const slot of this.#slots) if (slot.isStarting) starting += 1
    if (starting >= waiting) return false
    const pauseMs = this.#startFromMs - this.#parts.clock.monotonicMs()
    if (pauseMs > 0) {
      this.#wake ??= this.#parts.scheduler.schedule(() => {
        this.#wake = undefined
        this.#events.free()
      }, pauseMs)
      return false
    }
    return this.#startOne()
  }

  /** Starts one worker of the newest definition, now or once there is room, though nothing waits. */
  warm(): void {
    this.#isCold = true
    this.start(1)
  }

  #startOne(): boolean {
    this.started += 1
    this.#isCold = false
    try {
      const slot: WorkerSlot = new WorkerSlot(this.#definition, this.#parts, {
        idle: () => {
          this.#sweepLater()
          this.#events.free()
        },
        answered: (input, outcome) => {
          this.#deaths = 0
          this.#startFromMs = Number.NEGATIVE_INFINITY
          this.#sweepLater()
          this.#events.answered(input, outcome)
        },
        lost: (input, cause, message) => {
          this.#pause()
          this.#events.lost(input, cause, message)
        },
        died: (cause, message, hasLoaded) => {
          this.#pause()
          this.#events.died(cause, message, hasLoaded)
        },
        recycled: () => {
          this.recycled += 1
        },
        log: (line) => this.#events.log(line),
        gone: () => {
          this.#slots.delete(slot)
          if (this.#isCold) this.start(1)
          this.#events.free()
        },
      })
      this.#slots.add(slot)
      return true
    } catch (error) {
      this.#pause()
      this.#events.died('load', describeError(error), false)
      return true
    }
  }

  /** The first death is forgiven: one bad input should not hold up the others. */
  #pause(): void {
    this.#deaths += 1
    if (this.#deaths < 2) return
    const pauseMs = Math.min(RESTART_PAUSE_FIRST_MS * 2 ** (this.#deaths - 2), RESTART_PAUSE_MS_MAX)
    this.#startFromMs = this.#parts.clock.monotonicMs() + pauseMs
  }

  #sweepLater(): void {
    if (this.#slots.size < 2 || this.#sweep !== undefined) return
    this.#sweep = this.#parts.scheduler.schedule(() => {
      this.#sweep = undefined
      const nowMs = this.#parts.clock.monotonicMs()
      const [, ...rest] = this.#slots
      for (const slot of rest) if (slot.idleMs(nowMs) >= IDLE_MS) slot.end()
      this.#sweepLater()
    }, IDLE_MS)
  }

  /** The next worker is of this definition; those at work end after their call. */
  replace(definition: FunctionDefinition): void {
    this.#definition = definition
    this.#deaths = 0
    this.#startFromMs = Number.NEGATIVE_INFINITY
    for (const slot of [...this.#slots]) slot.retire()
  }

  /** Ends all at once; nothing more is told of their attempts. */
  close(): void {
    this.#isClosed = true
    this.#wake?.unsubscribe()
    this.#sweep?.unsubscribe()
    for (const slot of [...this.#slots]) slot.end()
  }
}

import type { SchedulerLike, Subscription } from 'rxjs'
import { disconnected, type IpcCall, timedOut } from './ipc-error.ts'

interface OpenCall {
  readonly call: IpcCall
  readonly dueMs: number
  readonly reject: (error: Error) => void
}

/** How far a deadline may be overrun: one timer for all calls, instead of one for each. */
const SWEEP_MS = 500

/**
 * The IPC calls under way. Each is settled by its own outcome, by its deadline, or by the loss of the connection:
 * the device SDK leaves a call open for ever when the nucleus closes the connection under it.
 */
export class CallBook {
  readonly #scheduler: SchedulerLike
  readonly #deadlineMs: number
  /** Oldest first, since all have one deadline. */
  readonly #open = new Set<OpenCall>()
  #sweep: Subscription | undefined

  constructor(scheduler: SchedulerLike, deadlineMs: number) {
    this.#scheduler = scheduler
    this.#deadlineMs = deadlineMs
  }

  /** @throws BusError `GENBA_BUS_TIMEOUT` or `GENBA_BUS_DISCONNECTED`, or what `outcome` rejects with */
  track<T>(call: IpcCall, outcome: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const open: OpenCall = { call, dueMs: this.#scheduler.now() + this.#deadlineMs, reject }
      this.#open.add(open)
      this.#sweep ??= this.#scheduler.schedule(() => this.#expire(), SWEEP_MS)
      outcome.then(resolve, reject).finally(() => this.#open.delete(open))
    })
  }

  /** The connection is gone: nothing under way will be answered. */
  abandon(): void {
    for (const { call, reject } of this.#open) reject(disconnected(call))
    this.#open.clear()
  }

  #expire(): void {
    const nowMs = this.#scheduler.now()
    for (const open of this.#open) {
      if (open.dueMs > nowMs) break
      this.#open.delete(open)
      open.reject(timedOut(open.call, this.#deadlineMs))
    }
    this.#sweep = this.#open.size === 0 ? undefined : this.#scheduler.schedule(() => this.#expire(), SWEEP_MS)
  }
}

import type { SchedulerLike, Subscription } from 'rxjs'
import type { Counter, Log } from '../component/host.ts'
import { describeError } from '../errors/genba-error.ts'
import type { Clock } from '../time/time.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import type { Outbox } from './outbox.ts'
import { DISK_BACKOFF_MS, DISK_BACKOFF_MS_MAX, FULL_SPILL_AFTER_MS, SPILL_EVERY_MS } from './sender-limits.ts'

export interface SpillerParts {
  readonly scheduler: SchedulerLike
  readonly clock: Clock
  readonly log: Log
  readonly outbox: Outbox
  readonly spillBytesMax: number
  readonly spillAfterMs: number
  readonly spilled: Counter
  /** Memory was freed, or it is time to look again. */
  readonly onRoom: () => void
}

/** Decides when frames in memory go to disk, and bears a disk that refuses. */
export class Spiller {
  readonly #parts: SpillerParts
  readonly #backoff: Backoff
  #lastProgressMs: number
  #isRefused = false
  #isFull = false
  #isStopped = false
  #running: Promise<void> | undefined
  #timer: Subscription | undefined
  #roomTimer: Subscription | undefined

  constructor(parts: SpillerParts) {
    this.#parts = parts
    this.#lastProgressMs = parts.clock.monotonicMs()
    this.#backoff = createBackoff(parts.scheduler, { firstMs: DISK_BACKOFF_MS, maxMs: DISK_BACKOFF_MS_MAX })
  }

  /** True while the disk refuses: then memory is all there is. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** A frame was taken in: as long as live ones are in memory, the silence of the historian is measured. */
  watch(): void {
    const { outbox, clock, scheduler, spillAfterMs } = this.#parts
    if (this.#timer || this.#isStopped || outbox.liveMemoryBytes === 0) return
    const leftMs = this.#lastProgressMs + spillAfterMs - clock.monotonicMs()
    this.#timer = scheduler.schedule(() => this.#onTime(), Math.max(leftMs, SPILL_EVERY_MS))
  }

  /** A live frame waits for room: spills as soon as the historian has been silent for a moment. */
  makeRoom(): void {
    if (this.#roomTimer || this.#isStopped) return
    const leftMs = this.#lastProgressMs + FULL_SPILL_AFTER_MS - this.#parts.clock.monotonicMs()
    if (leftMs <= 0) {
      void this.spill()
      return
    }
    this.#roomTimer = this.#parts.scheduler.schedule(() => {
      this.#roomTimer = undefined
      // Whoever still waits asks again.
      this.#parts.onRoom()
    }, leftMs)
  }

  /** The historian has acknowledged something. */
  progress(): void {
    this.#lastProgressMs = this.#parts.clock.monotonicMs()
  }

  /** Spills what is in memory, as far as the disk and its bound allow. Calls are merged. */
  spill(): Promise<void> {
    if (this.#backoff.isPausing) return Promise.resolve()
    this.#running ??= this.#spillAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** A last attempt, even when the disk has just refused. */
  async finish(): Promise<void> {
    this.#backoff.stop()
    await this.spill()
    this.#isStopped = true
    this.#timer?.unsubscribe()
    this.#roomTimer?.unsubscribe()
    this.#backoff.stop()
  }

  #onTime(): void {
    this.#timer = undefined
    const { outbox, clock, spillAfterMs } = this.#parts
    const isSilent = clock.monotonicMs() - this.#lastProgressMs >= spillAfterMs
    if (isSilent && outbox.liveMemoryBytes > 0) void this.spill().then(() => this.watch())
    else this.watch()
  }

  async #spillAll(): Promise<void> {
    const { outbox, log, spilled, onRoom } = this.#parts
    try {
      while (outbox.liveMemoryBytes > 0 && this.#hasRoom()) {
        const beforeBytes = outbox.spillBytes
        if (!(await outbox.spill())) break
        spilled.add(Math.max(0, outbox.spillBytes - beforeBytes))
        if (this.#isRefused) log.info({}, 'the disk takes the outbox again')
        this.#isRefused = false
        this.#backoff.succeed()
        onRoom()
      }
    } catch (error) {
      this.#onRefused(error)
    }
  }

  #onRefused(error: unknown): void {
    const { outbox, log } = this.#parts
    if (!this.#isRefused) {
      const fields = { err: describeError(error), memoryBytes: outbox.memoryBytes }
      log.error(fields, 'the outbox cannot be written to disk; frames stay in memory')
    }
    this.#isRefused = true
    if (!this.#isStopped) this.#backoff.fail(() => void this.spill())
  }

  #hasRoom(): boolean {
    const { outbox, log, spillBytesMax } = this.#parts
    const isFull = outbox.spillBytes >= spillBytesMax
    if (isFull && !this.#isFull) {
      const fields = { spillBytes: outbox.spillBytes, spillBytesMax }
      log.error(fields, 'the outbox on disk is full; the policy of the sources decides from here')
    }
    this.#isFull = isFull
    return !isFull
  }
}

import type { SchedulerLike, Subscription } from 'rxjs'
import type { Bus, Counter, Log } from '../component/host.ts'
import { Topic } from '../contract/topics.ts'
import { describeError } from '../errors/genba-error.ts'
import type { Clock } from '../time/time.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import type { Entry } from './entry.ts'
import type { Outbox, WindowCredit } from './outbox.ts'
import {
  ACK_TIMEOUT_MS_MAX,
  DISK_BACKOFF_MS,
  DISK_BACKOFF_MS_MAX,
  PUBLISH_BACKOFF_MS,
  PUBLISH_BACKOFF_MS_MAX,
  PUBLISHES_MAX,
  RESEND_PAUSE_MS,
} from './sender-limits.ts'

export interface CourierParts {
  readonly bus: Bus
  readonly scheduler: SchedulerLike
  readonly clock: Clock
  readonly log: Log
  readonly outbox: Outbox
  readonly credit: WindowCredit
  readonly ackTimeoutMs: number
  readonly sent: Counter
}

/** Publishes the window of an outbox, oldest first, and again what is not acknowledged in time. */
export class Courier {
  readonly #parts: CourierParts
  readonly #afterPublish: Backoff
  readonly #afterDisk: Backoff
  #isStopped = false
  #isRunning = false
  #isWoken = false
  #publishing = 0
  #isPublishRefused = false
  /** Without an answer one frame asks for all: sending the whole window to nobody would only heat the core. */
  #isProbing = false
  #waitMs: number
  /** Since when an acknowledgement is due; undefined while nothing is sent. */
  #dueSinceMs: number | undefined
  #timer: Subscription | undefined
  readonly #resentMs = new Map<string, number>()
  #resentAllMs = -Infinity

  constructor(parts: CourierParts) {
    this.#parts = parts
    this.#waitMs = parts.ackTimeoutMs
    this.#afterPublish = createBackoff(parts.scheduler, {
      firstMs: PUBLISH_BACKOFF_MS,
      maxMs: PUBLISH_BACKOFF_MS_MAX,
    })
    this.#afterDisk = createBackoff(parts.scheduler, {
      firstMs: DISK_BACKOFF_MS,
      maxMs: DISK_BACKOFF_MS_MAX,
    })
  }

  /** Something changed: there may be frames to publish. */
  wake(): void {
    this.#isWoken = true
    if (!this.#isRunning && !this.#isStopped) void this.#run()
  }

  /** The historian has acknowledged something: it is there. */
  progress(): void {
    const { outbox, clock, log, ackTimeoutMs } = this.#parts
    if (this.#isProbing) log.info({ frames: outbox.depth }, 'the historian acknowledges again')
    this.#isProbing = false
    this.#waitMs = ackTimeoutMs
    this.#dueSinceMs = outbox.window.size > 0 ? clock.monotonicMs() : undefined
    this.wake()
  }

  /** Frames are not taken: one asks now and then for all, until `progress` or `resendAll`. */
  hold(): void {
    this.#isProbing = true
    this.#waitMs = ACK_TIMEOUT_MS_MAX
  }

  /** Frames are taken again: all that was refused is published again, now. */
  release(): void {
    const { outbox, clock, ackTimeoutMs } = this.#parts
    this.#isProbing = false
    this.#waitMs = ackTimeoutMs
    this.#dueSinceMs = outbox.window.size > 0 ? clock.monotonicMs() : undefined
    this.resendAll()
  }

  /** A frame of this producer was lost: publishes all from its oldest again, now. */
  resend(producer: string): void {
    const nowMs = this.#parts.clock.monotonicMs()
    const lastMs = Math.max(this.#resentAllMs, this.#resentMs.get(producer) ?? -Infinity)
    if (nowMs - lastMs < RESEND_PAUSE_MS) return
    this.#resentMs.set(producer, nowMs)
    this.#parts.outbox.window.rewind({ producer })
    this.wake()
  }

  /** What was on its way is lost, as with a historian that starts anew: publishes everything again, now. */
  resendAll(): void {
    this.#resentAllMs = this.#parts.clock.monotonicMs()
    this.#parts.outbox.window.rewind()
    this.wake()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.unsubscribe()
    this.#afterPublish.stop()
    this.#afterDisk.stop()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    do {
      this.#isWoken = false
      try {
        for (let entry = await this.#next(); entry !== undefined; entry = await this.#next()) {
          this.#publish(entry)
        }
        this.#afterDisk.succeed()
      } catch (error) {
        const pauseMs = this.#afterDisk.fail(() => this.wake())
        this.#parts.log.warn(
          { err: describeError(error), pauseMs },
          'the outbox on disk cannot be used; trying again',
        )
      }
    } while (this.#isWoken && !this.#isStopped)
    this.#isRunning = false
  }

  get #canPublish(): boolean {
    const isPausing = this.#afterPublish.isPausing || this.#afterDisk.isPausing
    return !this.#isStopped && !isPausing && this.#publishing < PUBLISHES_MAX
  }

  /** The next frame to publish now, with the window filled up as far as needed. */
  async #next(): Promise<Entry | undefined> {
    const { outbox, credit } = this.#parts
    const { window } = outbox
    while (this.#canPublish) {
      const entry = window.nextUnsent()
      if (this.#isProbing && window.size > 0 && entry !== window.oldest) return undefined
      if (entry !== undefined) {
        if (entry.sequence > 0) return entry
        // The first of an epoch makes older ones duplicates, so none of those may come back from the disk.
        await outbox.settle(true)
        if (this.#canPublish && window.nextUnsent() === entry) return entry
      } else if (!(await outbox.fill(credit))) {
        return undefined
      }
    }
    return undefined
  }

  #publish(entry: Entry): void {
    const { bus, outbox, clock, log, sent } = this.#parts
    const nowMs = clock.monotonicMs()
    outbox.window.markSent(entry, nowMs)
    sent.add()
    this.#publishing += 1
    this.#dueSinceMs ??= nowMs
    this.#arm()
    bus.publish(Topic.feed(entry.producer), { bytes: entry.bytes }).then(
      () => {
        this.#publishing -= 1
        this.#afterPublish.succeed()
        if (this.#isPublishRefused) log.info({}, 'frames can be published again')
        this.#isPublishRefused = false
        this.wake()
      },
      (error) => {
        this.#publishing -= 1
        this.#onRefused(entry, error)
      },
    )
  }

  #onRefused({ producer, order }: Entry, error: unknown): void {
    if (this.#isStopped) return
    this.#parts.outbox.window.rewind({ producer, order })
    this.#afterPublish.fail(() => this.wake())
    if (!this.#isPublishRefused) {
      const err = describeError(error)
      this.#parts.log.warn({ err }, 'frames cannot be published; they are kept and sent again')
    }
    this.#isPublishRefused = true
  }

  #arm(): void {
    if (this.#timer || this.#dueSinceMs === undefined || this.#isStopped) return
    const { scheduler, clock } = this.#parts
    const leftMs = Math.max(0, this.#dueSinceMs + this.#waitMs - clock.monotonicMs())
    this.#timer = scheduler.schedule(() => {
      this.#timer = undefined
      this.#checkDue()
    }, leftMs)
  }

  #checkDue(): void {
    const { outbox, clock, ackTimeoutMs } = this.#parts
    if (outbox.window.size === 0) {
      this.#dueSinceMs = undefined
      return
    }
    const nowMs = clock.monotonicMs()
    if (this.#dueSinceMs !== undefined && nowMs - this.#dueSinceMs >= this.#waitMs) this.#onSilence()
    else if (!this.#isProbing) {
      // The historian answers, but not of these: their frames or its words were lost, and nothing follows them.
      for (const producer of outbox.window.overdue(nowMs - ackTimeoutMs)) this.resend(producer)
    }
    this.#arm()
  }

  #onSilence(): void {
    const { outbox, clock, log } = this.#parts
    if (!this.#isProbing) {
      const fields = { waitMs: this.#waitMs, frames: outbox.depth }
      log.warn(fields, 'the historian does not acknowledge; frames are kept and sent again')
    }
    this.#isProbing = true
    this.#waitMs = Math.min(this.#waitMs * 2, ACK_TIMEOUT_MS_MAX)
    this.#dueSinceMs = clock.monotonicMs()
    this.resendAll()
  }
}

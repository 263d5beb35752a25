import type { SchedulerLike, Subscription } from 'rxjs'
import type { Log } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { AppendResult } from '../../shared/journal/append.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { StoreError } from '../../shared/store/errors.ts'
import type { HistorianConfig } from './config.ts'
import type { Intake } from './intake.ts'
import { WRITE_AGAIN_FIRST_MS, WRITE_AGAIN_MAX_MS } from './limits.ts'

export interface CommitterParts {
  readonly journal: Journal
  readonly intake: Intake
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly config: () => HistorianConfig
  /** Called with what has become durable, or was judged without a write; awaited before the next but one commit. */
  readonly announce: (result: AppendResult) => Promise<void>
  /** Called with what became of each write that came to the disk; undefined for one that was taken. */
  readonly noteWrite: (error: StoreError | undefined) => void
  /** An error that is none of the disk's: the component cannot go on. */
  readonly fail: (error: unknown) => void
}

/**
 * Group commit: one synchronous write for all frames that came while the last one was under way or within the commit
 * interval. Nothing is scheduled while nothing waits, so an idle gateway never touches its disk.
 */
export class Committer {
  readonly #parts: CommitterParts
  #running: Promise<void> | undefined
  #timer: Subscription | undefined
  #announcing: Promise<void> = Promise.resolve()
  /** 0 while the disk takes writes. */
  #pauseMs = 0
  #isStopped = false
  /** Writes of the historian's own that wait for their turn. */
  #ownWaiting = 0
  corruptCount = 0

  constructor(parts: CommitterParts) {
    this.#parts = parts
  }

  /** True from a refused write until one succeeds. */
  get isRefused(): boolean {
    return this.#pauseMs > 0
  }

  /** To be called after every frame that came in. */
  wake(): void {
    if (this.#running || this.#isStopped) return
    const { intake, config } = this.#parts
    if (this.isRefused || intake.count === 0) return
    const waitMs = intake.count >= config().batchFramesMax ? 0 : config().commitInterval - intake.ageMs()
    if (waitMs <= 0) this.#begin()
    else this.#timer ??= this.#after(waitMs)
  }

  /**
   * Frames of the historian's own, in a write of theirs between two others; also after `drain`.
   * @throws StoreError; then nothing was stored, as far as can be known
   */
  async append(frames: readonly Uint8Array[]): Promise<AppendResult> {
    this.#ownWaiting += 1
    while (this.#running) await this.#running
    this.#ownWaiting -= 1
    const { journal, announce } = this.#parts
    const writing = journal.append(frames)
    this.#running = writing
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        this.#running = undefined
        // A next try that fell due meanwhile has found the turn taken.
        if (this.isRefused && this.#timer === undefined) this.#begin()
        else this.wake()
      })
    const result = await writing
    await this.#announcing
    this.#announcing = announce(result)
    await this.#announcing
    return result
  }

  /** Writes all that waits, unless the disk refuses, and ends. */
  async drain(): Promise<void> {
    await this.#running
    this.#cancelTimer()
    this.#pauseMs = 0
    while (this.#parts.intake.count > 0 && !this.isRefused && !this.#isStopped) {
      this.#begin()
      await this.#running
      this.#cancelTimer()
    }
    this.#isStopped = true
    await this.#announcing
  }

  #after(waitMs: number): Subscription {
    return this.#parts.scheduler.schedule(() => {
      this.#timer = undefined
      this.#begin()
    }, waitMs)
  }

  #cancelTimer(): void {
    this.#timer?.unsubscribe()
    this.#timer = undefined
  }

  #begin(): void {
    this.#cancelTimer()
    if (this.#running || this.#ownWaiting > 0 || this.#isStopped) return
    this.#running = this.#commit().finally(() => {
      this.#running = undefined
      this.wake()
    })
  }

  async #commit(): Promise<void> {
    const { journal, intake, config, announce } = this.#parts
    const frames = intake.oldest(config().batchFramesMax)
    try {
      const result = await journal.append(frames)
      intake.remove(frames.length)
      this.#noteSuccess(result)
      // Publishing overlaps with the next write, but never piles up behind a slow nucleus.
      await this.#announcing
      this.#announcing = announce(result)
    } catch (error) {
      this.#noteFailure(error)
    }
  }

  #noteSuccess(result: AppendResult): void {
    const { log, noteWrite } = this.#parts
    noteWrite(undefined)
    if (this.isRefused) log.info({}, 'the journal takes writes again; frames that waited are stored')
    this.#pauseMs = 0
    this.corruptCount += result.corrupt.length
    for (const { code, message } of result.corrupt) log.warn({ code }, `a frame was refused: ${message}`)
  }

  /** The frames stay where they are; producers send again what found no room meanwhile. */
  #noteFailure(error: unknown): void {
    const { log, noteWrite, fail } = this.#parts
    if (!(error instanceof StoreError)) {
      this.#isStopped = true
      fail(error)
      return
    }
    if (error.code === 'GENBA_STORE_CLOSED') {
      this.#isStopped = true
      return
    }
    noteWrite(error)
    if (!this.isRefused) {
      log.warn(
        { code: error.code, mend: error.issues.map(({ mend }) => mend).join('; ') },
        `frames cannot be stored and are not acknowledged: ${describeError(error)}`,
      )
    }
    this.#pauseMs = Math.min(
      WRITE_AGAIN_MAX_MS,
      this.#pauseMs === 0 ? WRITE_AGAIN_FIRST_MS : 2 * this.#pauseMs,
    )
    this.#timer = this.#after(this.#pauseMs)
  }
}

import type { SchedulerLike, Subscription } from 'rxjs'
import type { Log } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { StoreError } from '../../shared/store/errors.ts'
import type { Clock } from '../../shared/time/time.ts'
import { wait } from '../../shared/time/wait.ts'
import type { HistorianConfig } from './config.ts'
import { COMPACT_BYTES_MIN, COMPACT_SHARE, SEAL_EVERY_MS, SEAL_MARKS_MAX } from './limits.ts'
import type { LogReaders } from './log-readers.ts'

export interface SealerParts {
  readonly journal: Journal
  readonly readers: LogReaders
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly config: () => HistorianConfig
  /** An error that is none of the disk's: the component cannot go on. */
  readonly fail: (error: unknown) => void
}

/** When the log had come so far. */
interface Mark {
  readonly lsn: number
  readonly atMs: number
}

/** Seals frames once the oldest are twice as old as they must be, and earlier when they take too much room. */
export class Sealer {
  readonly #parts: SealerParts
  readonly #stopped = new AbortController()
  /** Oldest first. */
  #marks: Mark[] = []
  #isBatchDue = false
  #isSealing = false
  /** Of the frames that were sealed when space was given back last. */
  #compactedBytes: number
  #timer: Subscription | undefined
  #running: Promise<void> | undefined

  constructor(parts: SealerParts) {
    this.#parts = parts
    this.#compactedBytes = parts.journal.sealing.frameBytes
  }

  start(): void {
    this.#mark()
    this.#timer = this.#parts.scheduler.schedule(() => {
      this.#mark()
      this.#running = this.#seal()
        .catch((error: unknown) => this.#refused(error))
        .finally(() => {
          this.#running = undefined
          if (!this.#stopped.signal.aborted) this.start()
        })
    }, SEAL_EVERY_MS)
  }

  /** True while frames become chunks. */
  get isSealing(): boolean {
    return this.#isSealing
  }

  /** Ends after the run that is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#timer?.unsubscribe()
    await this.#running
  }

  async #seal(): Promise<void> {
    const { journal, scheduler } = this.#parts
    const { signal } = this.#stopped
    this.#isBatchDue = false
    try {
      while (!signal.aborted && (await this.#sealSome())) {
        // Appends, reads and timers get their turn.
        await wait(scheduler, 0)
      }
    } finally {
      this.#isSealing = false
    }
    const { sealing } = journal
    const stepBytes = Math.max(COMPACT_BYTES_MIN, COMPACT_SHARE * sealing.chunkBytes)
    if (signal.aborted || sealing.frameBytes - this.#compactedBytes < stepBytes) return
    this.#compactedBytes = sealing.frameBytes
    await journal.compact()
  }

  #sealSome(): Promise<boolean> {
    const { journal } = this.#parts
    const untilLsn = this.#untilLsn()
    this.#isSealing = untilLsn > journal.sealing.sealedLsn
    return journal.seal(untilLsn)
  }

  /** No frame after it may be sealed now. */
  #untilLsn(): number {
    const { journal, readers, config } = this.#parts
    const { sealAfter, journalBytesMax } = config()
    if (unsealedBytes(journal) > journalBytesMax) return journal.headLsn
    // Together: the samples of a few seconds would make small chunks.
    if (!this.#isBatchDue && this.#markBefore(2 * sealAfter) <= journal.sealing.sealedLsn) return 0
    this.#isBatchDue = true
    return Math.min(this.#markBefore(sealAfter), readers.slowestLsn())
  }

  /** How far the log had come so long ago, at least. */
  #markBefore(agoMs: number): number {
    const atMs = this.#parts.clock.monotonicMs() - agoMs
    return this.#marks.findLast((mark) => mark.atMs <= atMs)?.lsn ?? 0
  }

  /** At least as old as it says: a mark is made after the frames that it covers. */
  #mark(): void {
    const { journal, clock, config } = this.#parts
    const last = this.#marks.at(-1)
    const atMs = clock.monotonicMs()
    const stepMs = config().sealAfter / SEAL_MARKS_MAX
    if (last === undefined || (journal.headLsn > last.lsn && atMs - last.atMs >= stepMs)) {
      this.#marks.push({ lsn: journal.headLsn, atMs })
    }
    // Of those that are old enough only the newest says anything.
    const firstKept = this.#marks.findLastIndex((mark) => atMs - mark.atMs >= 2 * config().sealAfter)
    if (firstKept > 0) this.#marks = this.#marks.slice(firstKept)
  }

  #refused(error: unknown): void {
    if (error instanceof StoreError) {
      this.#parts.log.warn({ error: describeError(error) }, 'nothing can be sealed for now')
    } else this.#parts.fail(error)
  }
}

/** What the frames take that wait to be sealed. */
const unsealedBytes = ({ totals, sealing }: Journal): number => totals.frameBytes - sealing.frameBytes

import type { SchedulerLike, Subscription } from 'rxjs'
import type { Log } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { LawKeeper } from '../../shared/law/law-keeper.ts'
import { type RetentionReport, runRetention } from '../../shared/law/retention-run.ts'
import { StoreError } from '../../shared/store/errors.ts'
import type { Clock } from '../../shared/time/time.ts'
import type { HistorianConfig } from './config.ts'
import {
  COMPACT_BYTES_MIN,
  DISK_EVERY_MS,
  OBSERVE_EVERY_MS,
  OBSERVE_IDLE_MS,
  RECORDS_EVERY_MS,
} from './limits.ts'

export interface CustodianParts {
  readonly journal: Journal
  readonly keeper: LawKeeper
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly config: () => HistorianConfig
  /** An error that is none of the disk's: the component cannot go on. */
  readonly fail: (error: unknown) => void
}

/** Carries out the law when its time comes round, and sees to it that time which passes is known to have passed. */
export class Custodian {
  readonly #parts: CustodianParts
  readonly #stopped = new AbortController()
  #timer: Subscription | undefined
  #working: Promise<unknown> = Promise.resolve()
  #lastRunMs: number
  #lastRecordsMs: number
  #observedMs: number
  #observedLsn: number
  #removedBytes = 0
  #runs = 0
  #measuredLsn: number
  #measuredMs: number

  constructor(parts: CustodianParts) {
    this.#parts = parts
    this.#lastRunMs = parts.clock.monotonicMs()
    this.#lastRecordsMs = this.#lastRunMs
    this.#observedMs = this.#lastRunMs
    this.#observedLsn = parts.journal.headLsn
    this.#measuredMs = this.#lastRunMs
    this.#measuredLsn = this.#observedLsn
  }

  start(): void {
    this.#timer = this.#parts.scheduler.schedule(() => {
      this.#working = this.#tick()
        .catch((error: unknown) => this.#refused(error))
        .finally(() => {
          if (!this.#stopped.signal.aborted) this.start()
        })
    }, OBSERVE_EVERY_MS)
  }

  /** True while data that has to go is erased. */
  get isErasing(): boolean {
    return this.#runs > 0
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#timer?.unsubscribe()
    await this.#working
  }

  /**
   * Seals everything, then erases what must go. Whoever follows the log and is behind steps over what was sealed: a person
   * who has asked for erasure waits for no follower.
   * @throws StoreError
   */
  async runWholeRetention(): Promise<RetentionReport> {
    this.#runs += 1
    try {
      return await this.#runWhole()
    } finally {
      this.#runs -= 1
    }
  }

  async #runWhole(): Promise<RetentionReport> {
    const { journal } = this.#parts
    const headLsn = journal.headLsn
    while (await journal.seal(headLsn)) {
      if (this.#stopped.signal.aborted) break
    }
    const report = await this.#runRetention(true)
    // Who has asked for erasure is not helped by what is still on the disk.
    if (report.erased.pieces + report.erased.records > 0) await journal.compact({ isThorough: true })
    return report
  }

  /** Erases what must go, of what is sealed. @throws StoreError */
  runRetention(): Promise<RetentionReport> {
    return this.#runRetention(false)
  }

  async #tick(): Promise<void> {
    const { journal, keeper, clock, config } = this.#parts
    const nowMs = clock.monotonicMs()
    if (journal.headLsn !== this.#measuredLsn && nowMs - this.#measuredMs >= DISK_EVERY_MS) {
      this.#measuredLsn = journal.headLsn
      this.#measuredMs = nowMs
      await keeper.observeDisk()
    }
    // An idle gateway leaves its disk alone.
    if (journal.headLsn !== this.#observedLsn || nowMs - this.#observedMs >= OBSERVE_IDLE_MS) {
      this.#observedLsn = journal.headLsn
      this.#observedMs = nowMs
      await keeper.observeTime()
    }
    if (nowMs - this.#lastRunMs < config().retentionEvery) return
    this.#lastRunMs = nowMs
    const isWithRecords = nowMs - this.#lastRecordsMs >= RECORDS_EVERY_MS
    if (isWithRecords) this.#lastRecordsMs = nowMs
    this.#runs += 1
    try {
      await this.#runRetention(isWithRecords)
    } finally {
      this.#runs -= 1
    }
  }

  async #runRetention(isWithRecords: boolean): Promise<RetentionReport> {
    const { journal, keeper, log } = this.#parts
    const { signal } = this.#stopped
    const report = await journal.undisturbed(() =>
      runRetention({ journal, keeper, who: 'genba.Historian', signal, isWithRecords }),
    )
    const { erased, keptCount } = report
    if (erased.pieces + erased.records > 0) log.info({ ...erased }, 'data that had to go was erased')
    if (keptCount > 0)
      log.warn({ keptCount, kept: report.kept.slice(0, 3) }, 'data that had to go is still held')
    this.#removedBytes += erased.bytes
    if (this.#removedBytes >= COMPACT_BYTES_MIN) {
      this.#removedBytes = 0
      await journal.compact()
    }
    return report
  }

  #refused(error: unknown): void {
    if (error instanceof StoreError) {
      this.#parts.log.warn({ error: describeError(error) }, 'the law cannot be carried out for now')
    } else this.#parts.fail(error)
  }
}

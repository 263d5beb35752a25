import type { SchedulerLike, Subscription } from 'rxjs'
import type { Log } from '../../shared/component/host.ts'
import type { HeadRecord } from '../../shared/contract/records.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { EvidenceMaker } from '../../shared/evidence/prove.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { OwnRecords, WriteFrames } from '../../shared/journal/own-records.ts'
import { signTreeHead } from '../../shared/proof/tree-head.ts'
import type { SignedTreeHead } from '../../shared/proof/tree-head-text.ts'
import { StoreError } from '../../shared/store/errors.ts'
import type { Clock } from '../../shared/time/time.ts'

export interface HeadsParts {
  readonly journal: Pick<Journal, 'proof' | 'proving'>
  readonly records: OwnRecords
  /** Stores frames, and tells the followers of the log. */
  readonly append: WriteFrames
  readonly signer: Pick<EvidenceMaker, 'key' | 'log'>
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly everyMs: () => number
  /** An error that is none of the disk's: the component cannot go on. */
  readonly fail: (error: unknown) => void
}

/**
 * Signs the head of the Merkle log at the start, at intervals and at the end, keeps it, and makes a record of it, which
 * leaves with the others: a history that is rewritten does not continue a head that somebody has outside.
 */
export class Heads {
  readonly #parts: HeadsParts
  #timer: Subscription | undefined
  #making: Promise<void> = Promise.resolve()

  constructor(parts: HeadsParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    await this.#make((newest) => this.#hasGrown(newest) || this.#isOld(newest))
    this.#schedule()
  }

  /** Makes the last, once everything else is stored. */
  async stop(): Promise<void> {
    this.#timer?.unsubscribe()
    await this.#making
    await this.#make((newest) => this.#hasGrown(newest))
  }

  #schedule(): void {
    this.#timer = this.#parts.scheduler.schedule(() => {
      this.#making = this.#make(() => true)
      this.#schedule()
    }, this.#parts.everyMs())
  }

  async #make(isDue: (newest: SignedTreeHead) => boolean): Promise<void> {
    const { journal, signer, clock, log, fail } = this.#parts
    try {
      const newest = await journal.proving.newestHead()
      const { size } = journal.proof
      // The head of nothing would say nothing.
      if (size === 0) return
      if (newest !== undefined && newest.size === size) {
        // Its record was lost: nothing was stored since.
        await this.#record(newest)
      } else if (newest === undefined || isDue(newest)) {
        const rootHash = Buffer.from(journal.proof.root()).toString('hex')
        const head = signTreeHead({ size, rootHash, timeUs: clock.wallUs(), log: signer.log }, signer.key)
        await journal.proving.keepHead(head)
        await this.#record(head)
      }
    } catch (error) {
      if (error instanceof StoreError) {
        log.warn(
          { error: describeError(error) },
          'a tree head could not be kept; the next follows at its time',
        )
      } else fail(error)
    }
  }

  #record(head: SignedTreeHead): Promise<void> {
    const record: HeadRecord = { v: 1, type: 'head', id: `head|${head.log}|${head.size}`, head }
    return this.#parts.records.append(() => [JSON.stringify(record)], this.#parts.append)
  }

  /** By more than the frame of the head itself. */
  #hasGrown = ({ size }: SignedTreeHead): boolean => this.#parts.journal.proof.size > size + 1

  #isOld = ({ timeUs }: SignedTreeHead): boolean =>
    Math.abs(this.#parts.clock.wallUs() - timeUs) >= this.#parts.everyMs() * 1000
}

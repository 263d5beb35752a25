import { encodeContent, sealFrame } from '../../shared/frame/encode.ts'
import type { AppendResult } from '../../shared/journal/append.ts'
import type { Journal } from '../../shared/journal/journal.ts'

export interface OwnRecordsParts {
  readonly journal: Pick<Journal, 'producer'>
  /** Stores frames in a write of theirs, and tells the followers of the log. @throws StoreError */
  readonly append: (frames: readonly Uint8Array[]) => Promise<AppendResult>
  /** Who numbers these frames; nobody else may use the name. */
  readonly producer: string
  /** Wall clock, milliseconds since 1970 UTC: as with every producer, a new start has a higher epoch. */
  readonly startedMs: number
}

/** A further try reads again what is held: a refused write may have reached the disk all the same. */
const TRIES = 2

/** Records that the historian itself has to tell: numbered as those of any producer, and stored without the bus. */
export class OwnRecords {
  readonly #parts: OwnRecordsParts
  readonly #epoch: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: OwnRecordsParts) {
    this.#parts = parts
    const { journal, producer, startedMs } = parts
    this.#epoch = Math.max(journal.producer(producer).epoch + 1, Math.floor(startedMs))
  }

  /**
   * One frame of some records, durable when this resolves. Calls are served in their order.
   * @param records JSON texts that fit into one frame
   * @throws StoreError; then nothing was stored, as far as can be known
   */
  async append(records: readonly string[]): Promise<void> {
    const before = this.#last
    const running = before.then(() => this.#store(records))
    this.#last = running.catch(() => undefined)
    await running
  }

  async #store(records: readonly string[]): Promise<void> {
    const { journal, append, producer } = this.#parts
    const content = encodeContent({
      body: 'records',
      records,
      completeBeforeUs: Number.NEGATIVE_INFINITY,
      position: '',
    })
    for (let tries = 0; tries < TRIES; tries += 1) {
      const held = journal.producer(producer)
      const sequence = held.epoch === this.#epoch ? held.sequence + 1 : 0
      const { stored } = await append([sealFrame(content, { producer, epoch: this.#epoch, sequence })])
      if (stored.length > 0) return
    }
    throw new Error(`the journal does not take the frames of ${producer}: somebody else numbers them`)
  }
}

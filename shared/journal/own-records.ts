import { encodeContent, sealFrame } from '../frame/encode.ts'
import { createSerial } from '../time/serial.ts'
import type { AppendResult } from './append.ts'
import type { Journal } from './journal.ts'

export interface OwnRecordsParts {
  readonly journal: Pick<Journal, 'producer'>
  /** Who numbers these frames; nobody else may use the name. */
  readonly producer: string
  /** Wall clock, milliseconds since 1970 UTC: as with every producer, a new start has a higher epoch. */
  readonly startedMs: number
}

/** Writes frames, maybe with what they are the record of; all of them or none. */
export type WriteFrames = (frames: readonly Uint8Array[]) => Promise<AppendResult>

/** The texts of some records, a frame each, by the number of the first. */
export type MakeRecords = (epoch: number, sequence: number) => readonly string[]

/** A further try reads again what is held: a refused write may have reached the disk all the same. */
const TRIES = 2

/** Records that whoever owns a journal has to tell: numbered as those of any producer, and stored without the bus. */
export class OwnRecords {
  readonly #journal: OwnRecordsParts['journal']
  readonly #producer: string
  readonly #epoch: number
  readonly #serial = createSerial()

  constructor({ journal, producer, startedMs }: OwnRecordsParts) {
    this.#journal = journal
    this.#producer = producer
    this.#epoch = Math.max(journal.producer(producer).epoch + 1, Math.floor(startedMs))
  }

  /**
   * Durable when this resolves. Calls are served in their order.
   * @throws StoreError; then nothing was stored, as far as can be known
   */
  append(make: MakeRecords, write: WriteFrames): Promise<void> {
    return this.#serial(() => this.#append(make, write))
  }

  async #append(make: MakeRecords, write: WriteFrames): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const held = this.#journal.producer(this.#producer)
      const first = held.epoch === this.#epoch ? held.sequence + 1 : 0
      const frames = make(this.#epoch, first).map((text, index) => this.#frameOf(text, first + index))
      const { stored } = await write(frames)
      if (stored.length === frames.length) return
    }
    throw new Error(`the journal does not take the frames of ${this.#producer}: somebody else numbers them`)
  }

  #frameOf(text: string, sequence: number): Uint8Array {
    const content = encodeContent({
      body: 'records',
      records: [text],
      completeBeforeUs: Number.NEGATIVE_INFINITY,
      position: '',
    })
    return sealFrame(content, { producer: this.#producer, epoch: this.#epoch, sequence })
  }
}

import { type EncodedContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'

export interface StoreWriterParts {
  readonly journal: Pick<Journal, 'append'>
  readonly producer: string
  /** Greater than any that the journal has of this producer. */
  readonly epoch: number
  /** In one synchronous write. */
  readonly batchFrames?: number | undefined
}

/** One synchronous write for 400 kB: its cost vanishes in what reading so much takes, and a crash repeats no more. */
const BATCH_FRAMES = 64

/** Numbers the frames of one producer and stores them, some in one synchronous batch. */
export class StoreWriter {
  readonly #parts: StoreWriterParts
  #waiting: EncodedContent[] = []
  #sequence = 0
  #samplesStored = 0

  constructor(parts: StoreWriterParts) {
    this.#parts = parts
  }

  get samplesStored(): number {
    return this.#samplesStored
  }

  /**
   * @param isLast stores what is waiting, too, all of it in one batch
   * @throws StoreError
   */
  async add(contents: readonly EncodedContent[], isLast: boolean): Promise<void> {
    this.#waiting.push(...contents)
    const { batchFrames = BATCH_FRAMES } = this.#parts
    if (isLast || this.#waiting.length >= batchFrames) await this.#store()
  }

  async #store(): Promise<void> {
    const { journal, producer, epoch } = this.#parts
    const contents = this.#waiting
    this.#waiting = []
    const frames = contents.map((content) =>
      sealFrame(content, { producer, epoch, sequence: this.#sequence++ }),
    )
    const { stored } = await journal.append(frames)
    if (stored.length !== frames.length) {
      throw new Error(`the journal has taken ${stored.length} of ${frames.length} new frames of ${producer}`)
    }
    this.#samplesStored += contents.reduce((sum, { sampleCount }) => sum + sampleCount, 0)
  }
}

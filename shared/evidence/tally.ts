import type { PieceContents } from './contents.ts'
import type { Statement } from './format.ts'

/** What the pieces come to: counted by whoever makes evidence, and again by whoever checks it. */
export class Tally {
  chunks = 0
  sampleFrames = 0
  recordFrames = 0
  samples = 0
  #firstUs = Number.POSITIVE_INFINITY
  #lastUs = Number.NEGATIVE_INFINITY

  add({ body, columns, sampleCount }: PieceContents): void {
    if (body === 'chunk') this.chunks += 1
    else if (body === 'samples') this.sampleFrames += 1
    else this.recordFrames += 1
    this.samples += sampleCount
    for (const { timesUs } of columns) {
      for (const timeUs of timesUs) {
        this.#firstUs = Math.min(this.#firstUs, timeUs)
        this.#lastUs = Math.max(this.#lastUs, timeUs)
      }
    }
  }

  get pieces(): number {
    return this.chunks + this.sampleFrames + this.recordFrames
  }

  figures(): Figures {
    const { chunks, sampleFrames, recordFrames, samples } = this
    const [firstUs, lastUs] = samples === 0 ? [null, null] : [this.#firstUs, this.#lastUs]
    return { chunks, sampleFrames, recordFrames, samples, firstUs, lastUs }
  }
}

export type Figures = Pick<
  Statement,
  'chunks' | 'sampleFrames' | 'recordFrames' | 'samples' | 'firstUs' | 'lastUs'
>

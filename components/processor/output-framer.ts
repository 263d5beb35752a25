import type * as z from 'zod'
import { encodeText } from '../../shared/bytes/text.ts'
import { createFrameBuilder } from '../../shared/frame/builder.ts'
import { type EncodedContent, encodeContent } from '../../shared/frame/encode.ts'
import { FRAME_BYTES_MAX, FRAME_RECORDS_MAX, sealingBytesMax } from '../../shared/frame/limits.ts'
import { OutputPosition } from '../../shared/processing/application-head.ts'
import type { DerivedBatch } from '../../shared/processing/derived.ts'

/** Length before a record of at most 4,000 bytes, as a varint. */
const RECORD_OVERHEAD_BYTES = 2
/** Four numbers of 16 digits with their names, and the number of records. */
const POSITION_BYTES = 128

/** How far the frames of the processor go: of which input the last record and the last derived samples are. */
export const OutputsPosition = OutputPosition.extend({ derived: OutputPosition.optional() })
export type OutputsPosition = z.output<typeof OutputsPosition>

/**
 * Packs records and derived samples into frames of one producer, each with the position of both. The derived samples
 * of earlier inputs are always framed before a record is, so a position never speaks of what is not out yet.
 */
export class OutputFramer {
  readonly #derived = createFrameBuilder({ positioned: true })
  #records: string[] = []
  #sizeBytes = 0
  #recordPosition: OutputPosition
  #framed: OutputsPosition

  /** @param held what frames of earlier runs have said */
  constructor(held: OutputsPosition) {
    this.#framed = held
    this.#recordPosition = held
  }

  get isEmpty(): boolean {
    return this.#records.length === 0 && this.#derived.deadlineMs === undefined
  }

  /** Adds a record; gives the frames that had to be closed to make room for it. */
  addRecord(record: string, position: OutputPosition): EncodedContent[] {
    const recordBytes = encodeText(record).length + RECORD_OVERHEAD_BYTES
    const isFull =
      this.#sizeBytes + recordBytes + sealingBytesMax(POSITION_BYTES) > FRAME_BYTES_MAX ||
      this.#records.length === FRAME_RECORDS_MAX
    const closed = isFull ? this.close() : []
    this.#records.push(record)
    this.#sizeBytes += recordBytes
    this.#recordPosition = position
    return closed
  }

  /** Adds derived samples; gives the frames that they filled. */
  addDerived(batch: DerivedBatch, position: OutputPosition): EncodedContent[] {
    const { lsn, output } = this.#framed
    const next: OutputsPosition = { lsn, output, derived: position }
    const closed = this.#derived.append({ ...batch, position: JSON.stringify(next) }, 0)
    for (const { position: text } of closed) this.#framed = OutputsPosition.parse(JSON.parse(text))
    return closed
  }

  /** The frames of what has been added since the last ones. */
  close(): EncodedContent[] {
    const closed = this.#derived.flush()
    for (const { position } of closed) this.#framed = OutputsPosition.parse(JSON.parse(position))
    if (this.#records.length === 0) return closed
    this.#framed = { ...this.#framed, ...this.#recordPosition }
    const content = encodeContent({
      body: 'records',
      records: this.#records,
      // Records complete no window; they say nothing of samples.
      completeBeforeUs: Number.NEGATIVE_INFINITY,
      position: JSON.stringify(this.#framed),
    })
    this.#records = []
    this.#sizeBytes = 0
    return [...closed, content]
  }
}

import { encodeText } from '../../shared/bytes/text.ts'
import { type EncodedContent, encodeContent } from '../../shared/frame/encode.ts'
import { FRAME_BYTES_MAX, FRAME_RECORDS_MAX, sealingBytesMax } from '../../shared/frame/limits.ts'
import type { OutputPosition } from '../../shared/processing/application.ts'

/** Length before a record of at most 4,000 bytes, as a varint. */
const RECORD_OVERHEAD_BYTES = 2
/** `{"lsn":9007199254740991,"output":9007199254740991}` and the number of records. */
const POSITION_BYTES = 56

/**
 * Packs records into frames. Each frame says how far it goes: the log position of the last input with a record in
 * it, and how many records of that input are out.
 */
export class RecordFramer {
  #records: string[] = []
  #sizeBytes = 0
  #position: OutputPosition = { lsn: 0, output: 0 }

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  /** Adds a record; gives the frame that had to be closed to make room for it. */
  add(record: string, position: OutputPosition): EncodedContent | undefined {
    const recordBytes = encodeText(record).length + RECORD_OVERHEAD_BYTES
    const isFull =
      this.#sizeBytes + recordBytes + sealingBytesMax(POSITION_BYTES) > FRAME_BYTES_MAX ||
      this.#records.length === FRAME_RECORDS_MAX
    const closed = isFull ? this.close() : undefined
    this.#records.push(record)
    this.#sizeBytes += recordBytes
    this.#position = position
    return closed
  }

  /** The frame of what has been added since the last one. */
  close(): EncodedContent | undefined {
    if (this.isEmpty) return undefined
    const content = encodeContent({
      body: 'records',
      records: this.#records,
      // Records complete no window; they say nothing of samples.
      completeBeforeUs: Number.NEGATIVE_INFINITY,
      position: JSON.stringify(this.#position),
    })
    this.#records = []
    this.#sizeBytes = 0
    return content
  }
}

import { encodeText } from '../../shared/bytes/text.ts'
import type { CloudMessage, GenbaRecord } from '../../shared/contract/records.ts'

/** Where a record stands in the log: its frame, and its place in the frame. */
export interface RecordPosition {
  readonly lsn: number
  readonly index: number
}

export interface PackedMessage {
  readonly payload: Uint8Array
  readonly recordCount: number
  /** The place after its last record. */
  readonly next: RecordPosition
}

export type Packing = 'added' | 'full' | 'too-large'

/** Gathers records into the one message that is sent next. */
export class MessagePacker {
  readonly #gateway: string
  readonly #topicBytes: number
  #texts: string[] = []
  #sizeBytes = 0
  #first: RecordPosition | undefined
  #next: RecordPosition = { lsn: 0, index: 0 }

  constructor(gateway: string, topic: string) {
    this.#gateway = gateway
    this.#topicBytes = encodeText(topic).length
  }

  get recordCount(): number {
    return this.#texts.length
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /**
   * Adds a record unless the message would grow beyond `bytesMax` with its topic. 'full': send what is gathered and
   * add it then; 'too-large': it fits into no message.
   */
  add(record: GenbaRecord, at: RecordPosition, bytesMax: number): Packing {
    const text = JSON.stringify(record)
    const first = this.#first ?? at
    const recordBytes = encodeText(text).length + 1
    const envelopeBytes = encodeText(this.#envelope(first, '')).length + this.#topicBytes
    if (envelopeBytes + this.#sizeBytes + recordBytes > bytesMax) {
      return this.#first === undefined ? 'too-large' : 'full'
    }
    this.#texts.push(text)
    this.#sizeBytes += recordBytes
    this.#first = first
    this.#next = { lsn: at.lsn, index: at.index + 1 }
    return 'added'
  }

  /** The message of what has been added since the last one. */
  close(): PackedMessage | undefined {
    if (this.#first === undefined) return undefined
    const payload = encodeText(this.#envelope(this.#first, this.#texts.join(',')))
    const message = { payload, recordCount: this.#texts.length, next: this.#next }
    this.#texts = []
    this.#sizeBytes = 0
    this.#first = undefined
    return message
  }

  /** Put together by hand, so that each record is written and measured once. */
  #envelope(first: RecordPosition, records: string): string {
    const head: Omit<CloudMessage, 'records'> = {
      v: 1,
      id: `${this.#gateway}/${first.lsn}.${first.index}`,
      gateway: this.#gateway,
    }
    return `${JSON.stringify(head).slice(0, -1)},"records":[${records}]}`
  }
}

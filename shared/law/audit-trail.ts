import { encodeText } from '../bytes/text.ts'
import { Producer } from '../contract/producers.ts'
import { encodeContent, sealFrame } from '../frame/encode.ts'
import { TEXT_BYTES_MAX } from '../frame/limits.ts'
import type { AppendResult } from '../journal/append.ts'
import type { Journal } from '../journal/journal.ts'
import type { ClockReading } from '../retention/trusted-time.ts'
import { createSerial } from '../time/serial.ts'
import type { AuditEntry, AuditRecord } from './audit-record.ts'

/** Writes frames together with what they are the record of. */
export type WriteRecord = (frames: readonly Uint8Array[]) => Promise<AppendResult>

/** Numbers the entries of the audit trail, and writes each in one batch with what it tells of. */
export class AuditTrail {
  readonly #journal: Pick<Journal, 'producer'>
  readonly #readClocks: () => ClockReading
  readonly #epoch: number
  #sequence = 0
  readonly #turns = createSerial()

  constructor(journal: Pick<Journal, 'producer'>, readClocks: () => ClockReading) {
    this.#journal = journal
    this.#readClocks = readClocks
    const { epoch } = journal.producer(Producer.audit)
    // Greater than every epoch before, as those of all producers are.
    this.#epoch = Math.max(epoch + 1, Math.floor(readClocks().wallUs / 1000))
  }

  /**
   * One at a time: what was not written leaves its number to the next.
   * @throws whatever `write` does
   */
  add(entries: readonly AuditEntry[], write: WriteRecord): Promise<void> {
    return this.#turns(() => this.#add(entries, write))
  }

  async #add(entries: readonly AuditEntry[], write: WriteRecord): Promise<void> {
    // A refused write may have reached the disk all the same: then what is held says so.
    const { epoch, sequence } = this.#journal.producer(Producer.audit)
    this.#sequence = epoch === this.#epoch ? sequence + 1 : 0
    const { wallUs, monotonicUs, bootId } = this.#readClocks()
    const frames = entries.map((entry, index) => {
      const number = this.#sequence + index
      const id = `audit|${this.#epoch}|${number}`
      const record: AuditRecord = { v: 1, type: 'audit', id, ...entry, atUs: wallUs, monotonicUs, bootId }
      return frameOf(record, this.#epoch, number)
    })
    const { stored } = await write(frames)
    if (stored.length < frames.length) throw new Error('the audit trail was not written as a whole')
  }
}

/** A record must fit into a frame; what was ordered stands whole in the law, the hold or the request itself. */
function textOf(record: AuditRecord): string {
  const text = JSON.stringify(record)
  if (encodeText(text).length <= TEXT_BYTES_MAX) return text
  const { before, after, reason } = record
  const short = {
    ...record,
    before: shortOf(before),
    after: shortOf(after),
    reason: reason.slice(0, REASON_TOLD_MAX),
  }
  return JSON.stringify(short)
}

/** Characters: three bytes each at most, and an escape in JSON makes none of them longer than six. */
const REASON_TOLD_MAX = 400

const shortOf = (value: AuditRecord['before']): AuditRecord['before'] =>
  value === null ? null : { shortened: true }

function frameOf(record: AuditRecord, epoch: number, sequence: number): Uint8Array {
  const records = [textOf(record)]
  const content = encodeContent({ body: 'records', records, completeBeforeUs: -Infinity, position: '' })
  return sealFrame(content, { producer: Producer.audit, epoch, sequence })
}

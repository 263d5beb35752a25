import { encodeText } from '../bytes/text.ts'
import { Producer } from '../contract/producers.ts'
import { TEXT_BYTES_MAX } from '../frame/limits.ts'
import type { Journal } from '../journal/journal.ts'
import { OwnRecords, type WriteFrames } from '../journal/own-records.ts'
import type { ClockReading } from '../retention/trusted-time.ts'
import type { AuditEntry, AuditRecord } from './audit-record.ts'

/** Numbers the entries of the audit trail, and writes each in one batch with what it tells of. */
export class AuditTrail {
  readonly #readClocks: () => ClockReading
  readonly #records: OwnRecords

  constructor(journal: Pick<Journal, 'producer'>, readClocks: () => ClockReading) {
    this.#readClocks = readClocks
    this.#records = new OwnRecords({
      journal,
      producer: Producer.audit,
      startedMs: readClocks().wallUs / 1000,
    })
  }

  /**
   * One at a time: what was not written leaves its number to the next.
   * @throws whatever `write` does
   */
  add(entries: readonly AuditEntry[], write: WriteFrames): Promise<void> {
    return this.#records.append((epoch, sequence) => {
      const { wallUs, monotonicUs, bootId } = this.#readClocks()
      return entries.map((entry, index) => {
        const id = `audit|${epoch}|${sequence + index}`
        const { tags, ...rest } = entry
        const about = tags === undefined ? {} : { tags: [...tags] }
        return textOf({ v: 1, type: 'audit', id, ...rest, ...about, atUs: wallUs, monotonicUs, bootId })
      })
    }, write)
  }
}

/** A record must fit into a frame; what was ordered stands whole in the law, the hold or the request itself. */
function textOf(record: AuditRecord): string {
  const text = JSON.stringify(record)
  if (encodeText(text).length <= TEXT_BYTES_MAX) return text
  // Rather told to one too many than kept from who is concerned: without tags it is about all of them.
  const { before, after, reason, tags: _, ...rest } = record
  const short = {
    ...rest,
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

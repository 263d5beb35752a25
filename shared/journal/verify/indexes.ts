import { Producer } from '../../contract/producers.ts'
import { decodeFrame, type FrameInspection } from '../../frame/decode.ts'
import { entriesOf } from '../../store/entries.ts'
import type { KeyRange, ReadableStore, StoreEntry } from '../../store/store.ts'
import { indexEntriesOf } from '../index/index-entries.ts'
import {
  AUDIT_FRAME_KEYS,
  auditFrameKey,
  INDEX_KEYS,
  lsnOf,
  RECEIPT_KEYS,
  RECORD_FRAME_KEYS,
  RECORD_ID_KEYS,
  recordFrameKey,
  recordIdKey,
} from '../keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES } from '../limits.ts'
import { decodeMark } from '../receipts.ts'
import { identityOf } from '../record-identity.ts'
import type { JournalState } from '../state.ts'
import type { Problem } from './problem.ts'

const PAGE = { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES }

/** Holds every index against the frames that it is made of: an entry that is wrong would hide a frame, or give it twice. */
export class IndexCheck {
  readonly #store: ReadableStore
  readonly #state: JournalState
  #timeEntries = 0
  #recordFrames = 0
  #auditFrames = 0
  #recordIds = 0
  /** Frames that could not be read: what the indexes must have of them is not known. */
  #unreadable = 0

  constructor(store: ReadableStore, state: JournalState) {
    this.#store = store
    this.#state = state
  }

  noteUnreadable(): void {
    this.#unreadable += 1
  }

  /** What the indexes lack of a frame. */
  async *frame(frame: FrameInspection, lsn: number, bytes: Uint8Array): AsyncGenerator<Problem> {
    const where = `frame ${lsn}`
    if (!this.#state.producers.has(frame.producer)) {
      yield { where, what: `is of the producer ${frame.producer}, which is not known` }
    }
    if (frame.producer === Producer.audit) yield* this.#auditFrame(where, lsn)
    else if (frame.body === 'records') yield* this.#recordFrame(where, lsn)
    if (frame.body === 'records') yield* this.#records(where, lsn, bytes)
    if (frame.body !== 'samples' || lsn <= this.#state.sealing.sealedLsn) return
    for (const { key, value } of indexEntriesOf(frame, lsn, this.#state)) {
      const found = await this.#store.get(key)
      if (found !== undefined && Buffer.compare(found, value) === 0) this.#timeEntries += 1
      else yield { where, what: 'is not entered in the index of times as it must be' }
    }
  }

  /** What the indexes have that is of no frame. */
  async *rest(): AsyncGenerator<Problem> {
    if (this.#unreadable === 0) {
      const { sealedLsn } = this.#state.sealing
      const times = await this.#count(INDEX_KEYS, ({ key }) => lsnOf(key) > sealedLsn)
      if (times !== this.#timeEntries) yield surplus('index of times', times, this.#timeEntries)
      const records = await this.#count(RECORD_FRAME_KEYS)
      if (records !== this.#recordFrames) yield surplus('index of records', records, this.#recordFrames)
      const audit = await this.#count(AUDIT_FRAME_KEYS)
      if (audit !== this.#auditFrames) yield surplus('index of the audit trail', audit, this.#auditFrames)
      const ids = await this.#count(RECORD_ID_KEYS)
      if (ids !== this.#recordIds) yield surplus('index of record ids', ids, this.#recordIds)
    }
    for await (const { key, value } of entriesOf(this.#store, RECEIPT_KEYS, PAGE)) {
      const problem = problemOfMark(key, value)
      if (problem !== undefined) yield problem
    }
  }

  async *#recordFrame(where: string, lsn: number): AsyncGenerator<Problem> {
    if ((await this.#store.get(recordFrameKey(lsn))) === undefined) {
      yield { where, what: 'is not entered in the index of records' }
    } else this.#recordFrames += 1
  }

  async *#auditFrame(where: string, lsn: number): AsyncGenerator<Problem> {
    if ((await this.#store.get(auditFrameKey(lsn))) === undefined) {
      yield { where, what: 'is not entered in the index of the audit trail' }
    } else this.#auditFrames += 1
  }

  async *#records(where: string, lsn: number, bytes: Uint8Array): AsyncGenerator<Problem> {
    const frame = decodeFrame(bytes)
    const ids = frame.body === 'records' ? frame.records.flatMap((text) => identityOf(text)?.id ?? []) : []
    for (const id of new Set(ids)) {
      const value = await this.#store.get(recordIdKey(id))
      const first = value?.length === 8 ? lsnOf(value) : Number.POSITIVE_INFINITY
      if (first === lsn) this.#recordIds += 1
      if (first > lsn) yield { where, what: `has the record ${id}, which is not found by its id` }
    }
  }

  async #count(range: KeyRange, isCounted: (entry: StoreEntry) => boolean = () => true): Promise<number> {
    let count = 0
    for await (const entry of entriesOf(this.#store, range, PAGE)) if (isCounted(entry)) count += 1
    return count
  }
}

const surplus = (where: string, found: number, expected: number): Problem => ({
  where,
  what: `has ${found} entries, where the frames make ${expected}`,
})

function problemOfMark(key: Uint8Array, value: Uint8Array): Problem | undefined {
  try {
    decodeMark(key, value)
    return undefined
  } catch {
    return { where: `receipt of frame ${lsnOf(key)}`, what: 'fails its CRC-32C' }
  }
}

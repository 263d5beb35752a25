import { crc32c } from '../bytes/crc32c.ts'
import type { Receipt } from '../chunk/chunk.ts'
import { entriesOf } from '../store/entries.ts'
import type { ReadableStore, StoreOperation } from '../store/store.ts'
import { damagedValue } from './checked-json.ts'
import { lsnBytes, lsnOf, RECEIPT_KEYS, receiptKey } from './keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES, RECEIPT_EVERY_US } from './limits.ts'

/** Frames from this log position up to the next mark came at this time or up to `RECEIPT_EVERY_US` later. */
export interface ReceiptMark {
  readonly lsn: number
  /** Microseconds since 1970 UTC. */
  readonly receivedUs: number
  /** Of the law in force. */
  readonly lawRevision: number
}

/** Whether frames that come now need a mark of their own. */
export function isMarkDue(last: ReceiptMark | undefined, now: Omit<ReceiptMark, 'lsn'>): boolean {
  if (last === undefined || last.lawRevision !== now.lawRevision) return true
  const sinceUs = now.receivedUs - last.receivedUs
  return sinceUs < 0 || sinceUs >= RECEIPT_EVERY_US
}

export const writeMark = ({ lsn, receivedUs, lawRevision }: ReceiptMark): StoreOperation => ({
  type: 'put',
  key: receiptKey(lsn),
  value: withCrc(Buffer.concat([lsnBytes(receivedUs), lsnBytes(lawRevision)])),
})

export async function lastMark(
  store: ReadableStore,
  atLsn = Number.MAX_SAFE_INTEGER,
): Promise<ReceiptMark | undefined> {
  const range = { gte: RECEIPT_KEYS.gte, lte: receiptKey(atLsn), reverse: true }
  const [entry] = await store.page(range, { maxEntries: 1, maxBytes: 1 })
  return entry && decodeMark(entry.key, entry.value)
}

/** Of the frames from one log position to another. */
export async function receiptOfFrames(
  store: ReadableStore,
  fromLsn: number,
  toLsn: number,
): Promise<Receipt> {
  const before = await lastMark(store, fromLsn)
  // Frames from before there were marks came before any law, nobody knows when.
  let receipt = before === undefined ? UNKNOWN : receiptOf(before)
  const limits = { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES }
  const range = { gt: receiptKey(fromLsn), lt: receiptKey(toLsn + 1) }
  for await (const { key, value } of entriesOf(store, range, limits)) {
    receipt = unionOf(receipt, receiptOf(decodeMark(key, value)))
  }
  return receipt
}

/** Of data that came by both: it stays as long as either, under the older law. */
export const unionOf = (left: Receipt, right: Receipt): Receipt => ({
  fromUs: Math.min(left.fromUs, right.fromUs),
  toUs: Math.max(left.toUs, right.toUs),
  lawRevision: Math.min(left.lawRevision, right.lawRevision),
})

const UNKNOWN: Receipt = { fromUs: 0, toUs: 0, lawRevision: 0 }

const receiptOf = ({ receivedUs, lawRevision }: ReceiptMark): Receipt => ({
  fromUs: receivedUs,
  toUs: receivedUs === 0 ? 0 : receivedUs + RECEIPT_EVERY_US,
  lawRevision,
})

/** @throws JournalError `GENBA_JOURNAL_DAMAGED` */
export function decodeMark(key: Uint8Array, value: Uint8Array): ReceiptMark {
  const body = value.subarray(0, MARK_BYTES)
  // Marks from before there were checks are the body alone.
  const isGood = value.length === MARK_BYTES || Buffer.compare(withCrc(body), value) === 0
  if (!isGood) throw damagedValue(`the receipt of frame ${lsnOf(key)}`, 'a value that fails its CRC-32C')
  return { lsn: lsnOf(key), receivedUs: lsnOf(body.subarray(0, 8)), lawRevision: lsnOf(body) }
}

const MARK_BYTES = 16

function withCrc(body: Uint8Array): Uint8Array {
  const crc = Buffer.alloc(4)
  crc.writeUInt32LE(crc32c(body))
  return Buffer.concat([body, crc])
}

import { inspectFrame } from '../../frame/decode.ts'
import type { KeyValueStore, StoreEntry } from '../../store/store.ts'
import type { DamageReport } from '../damage.ts'
import { auditFrameKey, logKey, lsnOf, recordFrameKey } from '../keys.ts'
import { INDEX_PAGE_BYTES, LOG_PAGE_ENTRIES } from '../limits.ts'

export interface LogQuery {
  readonly afterLsn: number
  /** `records` are those of producers, without the audit trail. */
  readonly body: 'any' | 'samples' | 'records' | 'audit'
  /** About the most that is read at once; a page has at least one frame if there is any. */
  readonly bytesMax: number
}

export interface LogPage {
  /** May be empty before the end, when nothing of the wanted kind is near. */
  readonly frames: readonly LogFrame[]
  /** Everything of the wanted kind up to here has been given. */
  readonly readLsn: number
  readonly isEnd: boolean
  /** Frames with samples up to here are not given: their samples are sealed, and are read by time. */
  readonly sealedLsn: number
}

export interface LogFrame {
  readonly lsn: number
  /** Exactly as received. */
  readonly bytes: Uint8Array
}

/** What a reader needs of an open journal. */
export interface ReadSource {
  readonly store: KeyValueStore
  readonly damage: DamageReport
  /** Frames beyond this are not yet durable and not to be seen. */
  readonly headLsn: number
  /** Samples of frames up to here are in chunks; the frames may be there still, or not. */
  sealedLsn(): number
}

export async function readLogPage(source: ReadSource, query: LogQuery): Promise<LogPage> {
  const { store, headLsn } = source
  const { afterLsn, body, bytesMax } = query
  const sealedLsn = source.sealedLsn()
  if (afterLsn >= headLsn) {
    return { frames: [], readLsn: Math.max(afterLsn, headLsn), isEnd: true, sealedLsn }
  }
  if (body === 'records') return readListedFrames(source, query, recordFrameKey)
  if (body === 'audit') return readListedFrames(source, query, auditFrameKey)
  const firstLsn = body === 'samples' ? Math.max(afterLsn, sealedLsn) : afterLsn
  const range = { gt: logKey(firstLsn), lte: logKey(headLsn) }
  const entries = await store.page(range, { maxEntries: LOG_PAGE_ENTRIES, maxBytes: bytesMax })
  const frames = entries.flatMap((entry) => checked(source, entry, body, sealedLsn))
  return pageUpTo(frames, entries.at(-1), source)
}

/** Goes by an index, so that nobody reads samples to find the few records between them. */
async function readListedFrames(
  source: ReadSource,
  query: LogQuery,
  keyOf: (lsn: number) => Uint8Array,
): Promise<LogPage> {
  const { store, headLsn } = source
  const range = { gt: keyOf(query.afterLsn), lte: keyOf(headLsn) }
  const index = await store.page(range, { maxEntries: LOG_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES })
  const frames: LogFrame[] = []
  let sizeBytes = 0
  for (const { key } of index) {
    const lsn = lsnOf(key)
    const value = await store.get(logKey(lsn))
    sizeBytes += value?.length ?? 0
    if (sizeBytes > query.bytesMax && frames.length > 0) {
      return { frames, readLsn: lsn - 1, isEnd: false, sealedLsn: source.sealedLsn() }
    }
    if (value) frames.push(...checked(source, { key: logKey(lsn), value }, 'records', 0))
    else source.damage.note({ lsn }, 'the frame is missing from the log')
  }
  return pageUpTo(frames, index.length < LOG_PAGE_ENTRIES ? undefined : index.at(-1), source)
}

function checked(
  { damage }: ReadSource,
  entry: StoreEntry,
  body: LogQuery['body'],
  sealedLsn: number,
): readonly LogFrame[] {
  const lsn = lsnOf(entry.key)
  const frame = damage.check({ lsn }, () => inspectFrame(entry.value))
  const isSealed = frame?.body === 'samples' && lsn <= sealedLsn
  const isWanted = frame && !isSealed && (body === 'any' || body === frame.body)
  return isWanted ? [{ lsn, bytes: entry.value }] : []
}

/** Without a last entry there is nothing more up to the head. */
function pageUpTo(
  frames: readonly LogFrame[],
  last: StoreEntry | undefined,
  { headLsn, sealedLsn }: ReadSource,
): LogPage {
  const readLsn = last ? lsnOf(last.key) : headLsn
  return { frames, readLsn, isEnd: readLsn >= headLsn, sealedLsn: sealedLsn() }
}

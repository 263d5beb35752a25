import { inspectFrame } from '../frame/decode.ts'
import type { KeyValueStore, StoreEntry } from '../store/store.ts'
import type { DamageReport } from './damage.ts'
import { logKey, lsnOf, recordFrameKey } from './keys.ts'
import { INDEX_PAGE_BYTES, LOG_PAGE_ENTRIES } from './limits.ts'

export interface LogQuery {
  readonly afterLsn: number
  readonly body: 'any' | 'samples' | 'records'
  /** About the most that is read at once; a page has at least one frame if there is any. */
  readonly bytesMax: number
}

export interface LogPage {
  /** May be empty before the end, when nothing of the wanted kind is near. */
  readonly frames: readonly LogFrame[]
  /** Everything of the wanted kind up to here has been given. */
  readonly readLsn: number
  readonly isEnd: boolean
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
}

export async function readLogPage(source: ReadSource, query: LogQuery): Promise<LogPage> {
  const { store, headLsn } = source
  const { afterLsn, body, bytesMax } = query
  if (afterLsn >= headLsn) return { frames: [], readLsn: Math.max(afterLsn, headLsn), isEnd: true }
  if (body === 'records') return readRecordFrames(source, query)
  const range = { gt: logKey(afterLsn), lte: logKey(headLsn) }
  const entries = await store.page(range, { maxEntries: LOG_PAGE_ENTRIES, maxBytes: bytesMax })
  const frames = entries.flatMap((entry) => checked(source, entry, body))
  return pageUpTo(frames, entries.at(-1), headLsn)
}

/** Goes by the index of record frames, so that nobody reads samples to find the few records between them. */
async function readRecordFrames(source: ReadSource, query: LogQuery): Promise<LogPage> {
  const { store, headLsn } = source
  const range = { gt: recordFrameKey(query.afterLsn), lte: recordFrameKey(headLsn) }
  const index = await store.page(range, { maxEntries: LOG_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES })
  const frames: LogFrame[] = []
  let sizeBytes = 0
  for (const { key } of index) {
    const lsn = lsnOf(key)
    const value = await store.get(logKey(lsn))
    sizeBytes += value?.length ?? 0
    if (sizeBytes > query.bytesMax && frames.length > 0) return { frames, readLsn: lsn - 1, isEnd: false }
    if (value) frames.push(...checked(source, { key, value }, 'records'))
    else source.damage.note(lsn, 'the frame is missing from the log')
  }
  return pageUpTo(frames, index.length < LOG_PAGE_ENTRIES ? undefined : index.at(-1), headLsn)
}

function checked({ damage }: ReadSource, entry: StoreEntry, body: LogQuery['body']): readonly LogFrame[] {
  const lsn = lsnOf(entry.key)
  const frame = damage.check(lsn, () => inspectFrame(entry.value))
  const isWanted = frame && (body === 'any' || body === frame.body)
  return isWanted ? [{ lsn, bytes: entry.value }] : []
}

/** Without a last entry there is nothing more up to the head. */
function pageUpTo(frames: readonly LogFrame[], last: StoreEntry | undefined, headLsn: number): LogPage {
  const readLsn = last ? lsnOf(last.key) : headLsn
  return { frames, readLsn, isEnd: readLsn >= headLsn }
}

import { inspectFrame } from '../../frame/decode.ts'
import type { StoreOperation } from '../../store/store.ts'
import { indexEntriesOf } from '../index/index-entries.ts'
import { logKey, lsnOf, SEALING_KEY } from '../keys.ts'
import { CLEAN_FRAMES, LOG_PAGE_BYTES } from '../limits.ts'
import { encodeSealing } from '../sealing.ts'
import type { SealSource } from './seal-source.ts'

/** Some of the sealed frames that are still there, for removal. */
export interface CleanBatch {
  readonly operations: readonly StoreOperation[]
  /** Up to here all sealed frames are gone once it is written. */
  readonly cleanedLsn: number
}

/**
 * The next sealed frames to remove, with their index entries; undefined when none is left. Nobody reads them any more,
 * so they may go in as many batches as it takes. Records stay in the log, and so do damaged frames.
 */
export async function nextCleanBatch({
  store,
  damage,
  state,
}: Pick<SealSource, 'store' | 'damage' | 'state'>): Promise<CleanBatch | undefined> {
  const { cleanedLsn, sealedLsn } = state.sealing
  if (cleanedLsn >= sealedLsn) return undefined
  const range = { gt: logKey(cleanedLsn), lte: logKey(sealedLsn) }
  const page = await store.page(range, { maxEntries: CLEAN_FRAMES, maxBytes: LOG_PAGE_BYTES })
  const last = page.at(-1)
  const until = last === undefined ? sealedLsn : lsnOf(last.key)
  const operations: StoreOperation[] = []
  for (const { key, value } of page) {
    const lsn = lsnOf(key)
    const frame = damage.check({ lsn }, () => inspectFrame(value))
    if (frame?.body !== 'samples') continue
    operations.push({ type: 'del', key })
    for (const entry of indexEntriesOf(frame, lsn, state)) operations.push({ type: 'del', key: entry.key })
  }
  const sealing = { ...state.sealing, cleanedLsn: until }
  operations.push({ type: 'put', key: SEALING_KEY, value: encodeSealing(sealing) })
  return { operations, cleanedLsn: until }
}

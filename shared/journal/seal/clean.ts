import type { FrameInspection } from '../../frame/decode.ts'
import { inspectFrame } from '../../frame/decode.ts'
import type { StoreOperation } from '../../store/store.ts'
import { indexPlanOf } from '../index-plan.ts'
import { indexKey, logKey, lsnOf, SEALING_KEY } from '../keys.ts'
import { CLEAN_FRAMES, LOG_PAGE_BYTES } from '../limits.ts'
import { encodeSealing } from '../sealing.ts'
import { spanClassOf } from '../span.ts'
import type { JournalState } from '../state.ts'
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
    for (const entry of indexKeysOf(frame, lsn, state)) operations.push({ type: 'del', key: entry })
  }
  const sealing = { ...state.sealing, cleanedLsn: until }
  operations.push({ type: 'put', key: SEALING_KEY, value: encodeSealing(sealing) })
  return { operations, cleanedLsn: until }
}

function indexKeysOf(frame: FrameInspection, lsn: number, state: JournalState): Uint8Array[] {
  const { columns, wide } = indexPlanOf(frame.columns)
  if (wide !== undefined) {
    const producer = state.producers.get(frame.producer)
    if (producer === undefined) return []
    const spanClass = spanClassOf(wide.minTimeUs, wide.maxTimeUs)
    return [indexKey({ of: 'producer', id: producer.id, spanClass }, wide.minTimeUs, lsn)]
  }
  return columns.flatMap(({ tag: name, minTimeUs, maxTimeUs }) => {
    const tag = state.tags.get(name)
    if (tag === undefined) return []
    return [indexKey({ of: 'tag', id: tag.id, spanClass: spanClassOf(minTimeUs, maxTimeUs) }, minTimeUs, lsn)]
  })
}

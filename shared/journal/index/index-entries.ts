import type { FrameInspection } from '../../frame/decode.ts'
import type { StoreEntry } from '../../store/store.ts'
import { indexKey } from '../keys.ts'
import { encodeIndexEntry } from './index-entry.ts'
import { indexPlanOf } from './index-plan.ts'
import { spanClassOf } from './span.ts'

interface Identities {
  readonly tags: { get(name: string): { readonly id: number } | undefined }
  readonly producers: { get(name: string): { readonly id: number } | undefined }
}

/** The entries of a frame in the time indexes, as appending it has written them; of tags that are not known, none. */
export function indexEntriesOf(
  frame: FrameInspection,
  lsn: number,
  { tags, producers }: Identities,
): StoreEntry[] {
  const { columns, wide } = indexPlanOf(frame.columns)
  if (wide !== undefined) {
    const producer = producers.get(frame.producer)
    if (producer === undefined) return []
    const spanClass = spanClassOf(wide.minTimeUs, wide.maxTimeUs)
    const ids = columns.flatMap(({ tag }) => tags.get(tag)?.id ?? []).sort((a, b) => a - b)
    const key = indexKey({ of: 'producer', id: producer.id, spanClass }, wide.minTimeUs, lsn)
    return [{ key, value: encodeIndexEntry(wide.maxTimeUs, ids) }]
  }
  return columns.flatMap(({ tag: name, minTimeUs, maxTimeUs }) => {
    const tag = tags.get(name)
    if (tag === undefined) return []
    const lane = { of: 'tag', id: tag.id, spanClass: spanClassOf(minTimeUs, maxTimeUs) } as const
    return [{ key: indexKey(lane, minTimeUs, lsn), value: encodeIndexEntry(maxTimeUs, []) }]
  })
}

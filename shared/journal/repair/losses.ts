import { entriesOf } from '../../store/entries.ts'
import { holdsTag, maxTimeOf } from '../index/index-entry.ts'
import { INDEX_KEYS, idOf, isTagIndexKey, lsnOf, minTimeOf } from '../keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES } from '../limits.ts'
import type { Tag } from '../tag.ts'
import type { Repair } from './parts.ts'

const PAGE = { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES }

interface Bounds {
  readonly fromUs: number
  /** Undefined where the end is not known. */
  readonly toUs: number | undefined
}

/**
 * Which samples are lost: their number by what was counted when they came, their times by the old index of frames and
 * by where chunks stood. Of frames that came after the figures of their tag were stored, the number is not known.
 */
export async function noteLosses({ source, remains, catalogue, findings }: Repair): Promise<void> {
  const tags = [...remains.tags.values()]
  const bounds = new Map<number, Bounds>()
  const widen = (id: number, fromUs: number, toUs: number | undefined) => {
    const known = bounds.get(id)
    const end = known === undefined ? toUs : known.toUs && toUs && Math.max(known.toUs, toUs)
    bounds.set(id, { fromUs: Math.min(fromUs, known?.fromUs ?? fromUs), toUs: end })
  }
  for (const [id, minTimeUs] of findings.lostChunks) widen(id, minTimeUs, undefined)
  if (findings.lostLsns.size > 0) {
    for await (const { key, value } of entriesOf(source, INDEX_KEYS, PAGE)) {
      if (!findings.lostLsns.has(lsnOf(key)) || value.length < 8) continue
      for (const id of idsIn(key, value, tags)) widen(id, minTimeOf(key), maxTimeOf(value))
    }
  }
  for (const { tag, id, sampleCount } of tags) {
    const found = (catalogue.tags.get(tag)?.sampleCount ?? 0) - (catalogue.recent.get(tag) ?? 0)
    const missing = sampleCount - found
    const { fromUs, toUs } = bounds.get(id) ?? {}
    if (missing <= 0 && fromUs === undefined) continue
    findings.lose({ tag, fromUs, toUs, samples: missing > 0 ? missing : undefined })
  }
}

const idsIn = (key: Uint8Array, value: Uint8Array, tags: readonly Tag[]): readonly number[] =>
  isTagIndexKey(key) ? [idOf(key)] : tags.map(({ id }) => id).filter((id) => holdsTag(value, id))

import type { ChunkColumn } from '../../chunk/chunk.ts'
import { decodeFrame } from '../../frame/decode.ts'
import type { Column } from '../../frame/frame.ts'
import { logKey, lsnOf } from '../keys.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES } from '../limits.ts'
import { addColumn } from './join-columns.ts'
import type { SealSource } from './seal-source.ts'

export interface Gathered {
  readonly partsByTag: ReadonlyMap<string, readonly ChunkColumn[]>
  /** All sample frames from the beginning up to here are in it. */
  readonly untilLsn: number
  /** Of all frames up to there. */
  readonly frameBytes: number
}

/** The samples of the frames after a log position: as many as one run takes, or as there are. */
export async function gatherFrames(
  { store, damage, limits }: Pick<SealSource, 'store' | 'damage' | 'limits'>,
  afterLsn: number,
  untilLsn: number,
): Promise<Gathered> {
  const partsByTag = new Map<string, ChunkColumn[]>()
  let samples = 0
  let frames = 0
  let frameBytes = 0
  let lastLsn = afterLsn
  while (lastLsn < untilLsn) {
    const range = { gt: logKey(lastLsn), lte: logKey(untilLsn) }
    const page = await store.page(range, { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES })
    if (page.length === 0) return { partsByTag, untilLsn, frameBytes }
    for (const { key, value } of page) {
      lastLsn = lsnOf(key)
      frames += 1
      frameBytes += value.length
      // A damaged frame stays in the log: it may be wanted as evidence, and somebody may be able to mend it.
      const frame = damage.check({ lsn: lastLsn }, () => decodeFrame(value))
      if (frame?.body === 'samples') samples += addParts(partsByTag, frame.columns, lastLsn)
      if (samples >= limits.runSamples || frames >= limits.runFrames)
        return { partsByTag, untilLsn: lastLsn, frameBytes }
    }
  }
  return { partsByTag, untilLsn: lastLsn, frameBytes }
}

function addParts(partsByTag: Map<string, ChunkColumn[]>, columns: readonly Column[], lsn: number): number {
  const nextIndex = new Map<string, number>()
  let samples = 0
  for (const column of columns) {
    const { tag } = column
    const count = column.timesUs.length
    if (count === 0) continue
    const firstIndex = nextIndex.get(tag) ?? 0
    nextIndex.set(tag, firstIndex + count)
    const parts = partsByTag.get(tag) ?? []
    partsByTag.set(tag, parts)
    addColumn(parts, column, lsn, firstIndex)
    samples += count
  }
  return samples
}

import { decodeChunk } from '../../chunk/decode.ts'
import { sliceColumn } from '../../frame/column.ts'
import { type Column, Quality } from '../../frame/frame.ts'
import { chunkBefore } from '../chunk-scan.ts'
import { chunkPlaceOf } from '../keys.ts'
import { partitionStartUs } from '../partition.ts'
import { compareToKey, keyBefore } from '../sample/sample-key.ts'
import type { Tag } from '../tag.ts'
import type { RangeQuery, RangeSource } from './range-reader.ts'
import { readAnew } from './read-anew.ts'
import { columnsOf, type TagRange } from './tag-columns.ts'

/** Of the first stretch of the log that is looked at, and how much each is longer than the one after it. */
const STRETCH_US = 1_000_000
const STRETCH_GROWTH = 4

/**
 * The newest sample of a tag in a range that is not quarantined, as a column of one; of those of one time the one that
 * arrived last. Mostly one chunk or frame is decoded.
 */
export function readLast(
  source: RangeSource,
  { tag: name, ...range }: TagRange,
): Promise<Column | undefined> {
  return readAnew(source, async () => {
    const tag = source.state().tags.get(name)
    if (tag === undefined || tag.sampleCount === 0) return undefined
    const fromUs = Math.max(range.fromUs, tag.firstTimeUs)
    const toUs = Math.min(range.toUs, tag.lastTimeUs + 1)
    if (toUs > tag.lastTimeUs && fromUs <= tag.lastTimeUs) {
      const newest = await lastOf(source, { tag: name, fromUs: tag.lastTimeUs, toUs })
      if (newest !== undefined) return newest
    }
    const sealed = await lastSealed(source, tag, fromUs, toUs)
    const sealedUs = sealed?.timesUs[0] ?? fromUs
    return (await lastUnsealed(source, { tag: name, fromUs: sealedUs, toUs })) ?? sealed
  })
}

async function lastOf(
  source: RangeSource,
  range: TagRange,
  part?: RangeQuery['part'],
): Promise<Column | undefined> {
  let last: Column | undefined
  for await (const column of columnsOf(source, range, part)) {
    const at = column.quality.findLastIndex(isTrusted)
    if (at >= 0) last = sliceColumn(column, at, at + 1)
  }
  return last
}

const isTrusted = (quality: number): boolean => (quality & Quality.quarantined) === 0

/** Backwards in stretches that grow: what is not sealed yet is mostly short, but need not be. */
async function lastUnsealed(
  source: RangeSource,
  { tag, fromUs, toUs }: TagRange,
): Promise<Column | undefined> {
  let endUs = toUs
  for (let stretchUs = STRETCH_US; endUs > fromUs; stretchUs *= STRETCH_GROWTH) {
    const startUs = Math.max(fromUs, endUs - stretchUs)
    const found = await lastOf(source, { tag, fromUs: startUs, toUs: endUs }, 'unsealed')
    if (found !== undefined) return found
    endUs = startUs
  }
  return undefined
}

async function lastSealed(
  source: RangeSource,
  tag: Tag,
  fromUs: number,
  toUs: number,
): Promise<Column | undefined> {
  for (const partition of tag.partitions.toReversed()) {
    if (partitionStartUs(partition) >= toUs) continue
    const place = { partition, tagId: tag.id }
    let chunk = await chunkBefore(source.store, place, toUs)
    while (chunk !== undefined) {
      const { key, bytes, minTimeUs } = chunk
      const found = source.damage.check({ chunkId: chunkPlaceOf(key).chunkId }, () =>
        lastInChunk(bytes, fromUs, toUs),
      )
      // Chunks of a tag do not overlap: one before this ends before it.
      if (found !== undefined || minTimeUs < fromUs) return found
      chunk = await chunkBefore(source.store, place, minTimeUs)
    }
  }
  return undefined
}

function lastInChunk(bytes: Uint8Array, fromUs: number, toUs: number): Column | undefined {
  let last: Column | undefined
  let lastKey = keyBefore(fromUs)
  for (const { column, lsns, indexes } of decodeChunk(bytes).columns) {
    const { timesUs, quality } = column
    const at = timesUs.findLastIndex((timeUs, index) => timeUs < toUs && isTrusted(quality[index] as number))
    if (at < 0) continue
    const key = { timeUs: timesUs[at] as number, lsn: lsns[at] as number, index: indexes[at] as number }
    if (compareToKey(key.timeUs, key.lsn, key.index, lastKey) < 0) continue
    last = sliceColumn(column, at, at + 1)
    lastKey = key
  }
  return last
}

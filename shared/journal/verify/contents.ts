import { decodeChunk } from '../../chunk/decode.ts'
import { decodeFrame } from '../../frame/decode.ts'
import type { StoreEntry } from '../../store/store.ts'
import { chunkPlaceOf } from '../keys.ts'
import { partitionOf } from '../partition.ts'
import { decodeReduction, finestCells } from '../reduction/reduction.ts'
import { rollupOf } from '../seal/rollup-of.ts'
import type { JournalState } from '../state.ts'
import type { Problem } from './problem.ts'

/** Samples that were found, to be held against those that were counted when they came. */
export class TagCounts {
  samples = 0
  sealed = 0
  readonly #byTag = new Map<string, number>()

  add(tag: string, samples: number, isSealed: boolean): void {
    this.samples += samples
    if (isSealed) this.sealed += samples
    this.#byTag.set(tag, (this.#byTag.get(tag) ?? 0) + samples)
  }

  *compare({ tags, sealing, tagFiguresLsn, headLsn }: JournalState): Generator<Problem> {
    if (tagFiguresLsn > headLsn) {
      yield { where: 'tags', what: `are said to count frames up to ${tagFiguresLsn}, of ${headLsn}` }
    }
    for (const tag of this.#byTag.keys()) {
      if (tags.get(tag) === undefined) yield { where: `tag ${tag}`, what: 'has samples and is not known' }
    }
    if (this.sealed !== sealing.samples) {
      yield { where: 'chunks', what: `hold ${this.sealed} samples, not ${sealing.samples}` }
    }
    for (let tag = tags.next(''); tag !== undefined; tag = tags.next(tag.tag)) {
      const found = this.#byTag.get(tag.tag) ?? 0
      const expected = tag.sampleCount - tag.removedCount
      if (found !== expected) yield { where: `tag ${tag.tag}`, what: `has ${found} samples, not ${expected}` }
    }
  }
}

/** @param isSealed its samples are counted in chunks @throws FrameError */
export function checkFrame(bytes: Uint8Array, isSealed: boolean, counts: TagCounts): void {
  const frame = decodeFrame(bytes)
  if (frame.body !== 'samples' || isSealed) return
  for (const { tag, timesUs } of frame.columns) counts.add(tag, timesUs.length, false)
}

/**
 * @param rollup as it is stored
 * @returns what is wrong with its place or its rollup; undefined when nothing is
 * @throws ChunkError
 */
export function checkChunk(
  { key, value }: StoreEntry,
  rollup: Uint8Array | undefined,
  { tags }: JournalState,
  counts: TagCounts,
): string | undefined {
  const { tag, columns } = decodeChunk(value)
  let minTimeUs = Number.POSITIVE_INFINITY
  let maxTimeUs = Number.NEGATIVE_INFINITY
  for (const { column } of columns) {
    counts.add(tag, column.timesUs.length, true)
    for (const timeUs of column.timesUs) {
      minTimeUs = Math.min(minTimeUs, timeUs)
      maxTimeUs = Math.max(maxTimeUs, timeUs)
    }
  }
  const place = chunkPlaceOf(key)
  const known = tags.get(tag)
  const days = known?.partitionDays
  if (known?.id !== place.tagId || days === undefined || !known.partitions.includes(place.partition)) {
    return `holds the tag ${tag}, which is not looked for there`
  }
  const isInPlace =
    minTimeUs === place.minTimeUs &&
    partitionOf(minTimeUs, days) === place.partition &&
    partitionOf(maxTimeUs, days) === place.partition
  if (!isInPlace) return 'holds other times than its place says'
  const isRolledUp = rollup !== undefined && Buffer.compare(rollup, rollupOf(columns, value.length)) === 0
  return isRolledUp ? undefined : 'has a rollup that is not made of it, or none'
}

/**
 * What is wrong with what is left of a chunk; undefined when nothing is.
 * @throws RollupError
 */
export function checkReduction(
  key: Uint8Array,
  value: Uint8Array,
  { tags }: JournalState,
): string | undefined {
  const reduction = decodeReduction(value)
  const { tag, fromUs } = reduction
  const place = chunkPlaceOf(key)
  const known = tags.get(tag)
  const days = known?.partitionDays
  const isLookedFor =
    known?.id === place.tagId &&
    known.partitions.includes(place.partition) &&
    days !== undefined &&
    partitionOf(fromUs, days) === place.partition
  if (!isLookedFor || fromUs !== place.minTimeUs) return `is of the tag ${tag}, which is not looked for there`
  finestCells(reduction)
  return undefined
}

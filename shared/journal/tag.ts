import type { ColumnValues } from '../frame/frame.ts'
import { damagedValue, decodeChecked, encodeChecked } from './checked-json.ts'
import type { PartitionDays } from './partition.ts'

/** One entry of the tag catalogue. Times and count are `Infinity`, `-Infinity` and 0 before the first sample. */
export interface Tag {
  readonly tag: string
  /** 0, 1, 2 … in order of first appearance; stands for the tag in index keys and cursors. */
  readonly id: number
  readonly kinds: readonly ColumnValues['kind'][]
  /** Ids of all producers that have written it. */
  readonly producers: readonly number[]
  /** Those of them whose wide frames hold it (see `TAG_INDEXED_COLUMNS_MAX`). */
  readonly wideProducers: readonly number[]
  /** Days of a partition of its chunks; undefined before the first. */
  readonly partitionDays: PartitionDays | undefined
  /** Partitions with chunks of the tag, or with rollups that are left of some, ascending. */
  readonly partitions: readonly number[]
  /** Bit c is set when the tag's own index has entries of span class c. */
  readonly spanMask: number
  readonly firstTimeUs: number
  readonly lastTimeUs: number
  /** All that ever came, removed ones too. */
  readonly sampleCount: number
  /** Of them those that the law has let go. */
  readonly removedCount: number
  /** Count and times include the frames up to this log position. */
  readonly figuresLsn: number
}

export interface TagBounds {
  readonly tag: string
  /** All that have written it. */
  readonly producers: readonly string[]
  readonly firstTimeUs: number
  readonly lastTimeUs: number
  readonly sampleCount: number
}

export const newTag = (tag: string, id: number): Tag => ({
  tag,
  id,
  kinds: [],
  producers: [],
  wideProducers: [],
  partitionDays: undefined,
  partitions: [],
  spanMask: 0,
  firstTimeUs: Number.POSITIVE_INFINITY,
  lastTimeUs: Number.NEGATIVE_INFINITY,
  sampleCount: 0,
  removedCount: 0,
  figuresLsn: 0,
})

/** Positional JSON: a third of the size of named fields, and written for every tag now and then. */
export function encodeTag(tag: Tag): Uint8Array {
  const { id, kinds, producers, wideProducers, spanMask, figuresLsn } = tag
  const { firstTimeUs, lastTimeUs, sampleCount, removedCount, partitionDays, partitions } = tag
  // Of what is reduced no sample is left, but its time still is one of the tag.
  const isEmpty = sampleCount === removedCount && partitions.length === 0
  return encodeChecked([
    id,
    kinds,
    producers,
    wideProducers,
    spanMask,
    isEmpty ? 0 : firstTimeUs,
    isEmpty ? 0 : lastTimeUs,
    sampleCount,
    figuresLsn,
    ...(partitionDays === undefined ? [] : [partitionDays, partitions]),
    ...(removedCount === 0 ? [] : [removedCount]),
  ])
}

/** Of bytes that `encodeTag` gave. @throws JournalError `GENBA_JOURNAL_DAMAGED` */
export function decodeTag(name: string, value: Uint8Array): Tag {
  const fields = decodeChecked(value, `tag ${name}`)
  if (!Array.isArray(fields)) throw damagedValue(`tag ${name}`, 'no list')
  const [
    id,
    kinds,
    producers,
    wideProducers,
    spanMask,
    first,
    last,
    sampleCount,
    figuresLsn,
    // Not there before the first chunk.
    partitionDays,
    partitions = [],
    removedCount = 0,
  ] = fields
  const isEmpty = sampleCount === removedCount && partitions.length === 0
  const bounds = isEmpty ? {} : { firstTimeUs: first, lastTimeUs: last }
  return {
    ...newTag(name, id),
    kinds,
    producers,
    wideProducers,
    spanMask,
    sampleCount,
    removedCount,
    figuresLsn,
    partitionDays,
    partitions,
    ...bounds,
  }
}

/** The tag with the figures of one more column of the frame at `lsn`; unchanged when they are in it already. */
export function withColumn(
  tag: Tag,
  lsn: number,
  column: { readonly sampleCount: number; readonly minTimeUs: number; readonly maxTimeUs: number },
): Tag {
  return {
    ...tag,
    firstTimeUs: Math.min(tag.firstTimeUs, column.minTimeUs),
    lastTimeUs: Math.max(tag.lastTimeUs, column.maxTimeUs),
    sampleCount: tag.sampleCount + column.sampleCount,
    figuresLsn: lsn,
  }
}

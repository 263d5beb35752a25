import type { Chunk, ChunkColumn, Receipt } from '../../chunk/chunk.ts'
import { decodeChunk, inspectChunk } from '../../chunk/decode.ts'
import { encodeChunk } from '../../chunk/encode.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { type ChunkEntry, chunksBackFrom } from '../chunk-scan.ts'
import type { DamageReport } from '../damage.ts'
import { type ChunkPlace, chunkPlaceOf } from '../keys.ts'
import type { SealLimits } from '../limits.ts'
import {
  type PartitionDays,
  partitionDaysFor,
  partitionEndUs,
  partitionOf,
  partitionStartUs,
} from '../partition.ts'
import { unionOf } from '../receipts.ts'
import type { SampleBlock } from '../sample/sample-block.ts'
import { keyBefore } from '../sample/sample-key.ts'
import type { Tag } from '../tag.ts'
import { rollupOf } from './rollup-of.ts'

export interface NewChunk {
  /** Its id is known once it has a leaf. */
  readonly place: Omit<ChunkPlace, 'chunkId'>
  readonly bytes: Uint8Array
  /** Empty where it would say no more than the chunk in no less room. */
  readonly rollup: Uint8Array
  readonly sampleCount: number
}

/** A chunk whose samples are in new ones. */
export interface OldChunk {
  readonly key: Uint8Array
  readonly sizeBytes: number
  readonly sampleCount: number
}

/** What sealing one tag changes. */
export interface SealedTag {
  readonly tag: string
  readonly partitionDays: PartitionDays
  readonly partitions: readonly number[]
  readonly added: readonly NewChunk[]
  readonly removed: readonly OldChunk[]
}

export interface SealContext {
  readonly store: KeyValueStore
  readonly damage: DamageReport
  readonly limits: SealLimits
  readonly fromLsn: number
  readonly toLsn: number
  /** Of the frames between them. */
  readonly receipt: Receipt
  /** Used for one tag after the other. */
  readonly block: SampleBlock
}

/**
 * Chunks of one tag for the samples that frames brought: late ones are merged into the chunks that they overlap, so
 * that chunks of a tag never do. A damaged chunk is left as it is: nothing in it can be read.
 */
export async function sealTag(
  context: SealContext,
  tag: Tag,
  parts: readonly ChunkColumn[],
): Promise<SealedTag> {
  const { partitionDays = daysFor(parts) } = tag
  const partitions = partitionsOf(parts, partitionDays)
  const added: NewChunk[] = []
  const removed: OldChunk[] = []
  for (const [partition, bounds] of partitions) {
    const place = { partition, tagId: tag.id }
    const old = tag.partitions.includes(partition) ? await chunksToMerge(context, place, bounds) : []
    for (const { entry, sampleCount } of old) {
      removed.push({ key: entry.key, sizeBytes: entry.bytes.length, sampleCount })
    }
    const span = { startUs: partitionStartUs(partition), endUs: partitionEndUs(partition, partitionDays) }
    for (const chunk of mergeIntoChunks(context, tag.tag, span, parts, old)) {
      added.push({ ...chunk, place: { ...place, minTimeUs: chunk.minTimeUs } })
    }
  }
  return { tag: tag.tag, partitionDays, partitions: [...partitions.keys()], added, removed }
}

interface PartBounds {
  minTimeUs: number
  maxTimeUs: number
  count: number
}

function daysFor(parts: readonly ChunkColumn[]): PartitionDays {
  const all: PartBounds = { minTimeUs: Infinity, maxTimeUs: -Infinity, count: 0 }
  for (const { column } of parts) for (const timeUs of column.timesUs) include(all, timeUs, 1)
  return partitionDaysFor(all.count, all.minTimeUs, all.maxTimeUs)
}

function partitionsOf(parts: readonly ChunkColumn[], days: PartitionDays): Map<number, PartBounds> {
  const partitions = new Map<number, PartBounds>()
  const add = (partition: number, timeUs: number, count: number) => {
    const bounds = partitions.get(partition)
    if (bounds === undefined) partitions.set(partition, { minTimeUs: timeUs, maxTimeUs: timeUs, count })
    else include(bounds, timeUs, count)
  }
  for (const { column } of parts) {
    const { timesUs } = column
    const all = boundsOf(timesUs)
    const partition = partitionOf(all.minTimeUs, days)
    if (partition === partitionOf(all.maxTimeUs, days)) {
      add(partition, all.minTimeUs, timesUs.length)
      add(partition, all.maxTimeUs, 0)
    } else for (const timeUs of timesUs) add(partitionOf(timeUs, days), timeUs, 1)
  }
  return partitions
}

function boundsOf(timesUs: Float64Array): PartBounds {
  const bounds: PartBounds = { minTimeUs: Infinity, maxTimeUs: -Infinity, count: 0 }
  for (let i = 0; i < timesUs.length; i += 1) include(bounds, timesUs[i] as number, 1)
  return bounds
}

function include(bounds: PartBounds, timeUs: number, count: number): void {
  if (timeUs < bounds.minTimeUs) bounds.minTimeUs = timeUs
  if (timeUs > bounds.maxTimeUs) bounds.maxTimeUs = timeUs
  bounds.count += count
}

interface Mergeable {
  readonly entry: ChunkEntry
  readonly chunk: Chunk
  readonly sampleCount: number
}

/**
 * Those that overlap the new samples, and those before them that are less than half full, as long as they are no larger
 * than what follows: as in counting in binary, each sample is then written again a few times in all, however slowly a
 * chunk fills. The earliest comes first.
 */
async function chunksToMerge(
  { store, damage, limits }: SealContext,
  place: { readonly partition: number; readonly tagId: number },
  { minTimeUs, maxTimeUs, count }: PartBounds,
): Promise<Mergeable[]> {
  const found: Mergeable[] = []
  let total = count
  for await (const entry of chunksBackFrom(store, place, maxTimeUs)) {
    const { chunkId } = chunkPlaceOf(entry.key)
    const summary = damage.check({ chunkId }, () => inspectChunk(entry.bytes))
    const isOverlapping = (summary?.maxTimeUs ?? entry.minTimeUs) >= minTimeUs
    const { sampleCount = Infinity } = summary ?? {}
    const isSmall = sampleCount <= total && sampleCount < limits.chunkSamples / 2
    if (!isOverlapping && !isSmall) break
    const chunk = summary && damage.check({ chunkId }, () => decodeChunk(entry.bytes))
    if (chunk === undefined) {
      if (isOverlapping) continue
      break
    }
    found.push({ entry, chunk, sampleCount })
    total += sampleCount
  }
  return found.reverse()
}

interface MergedChunk {
  readonly minTimeUs: number
  readonly bytes: Uint8Array
  readonly rollup: Uint8Array
  readonly sampleCount: number
}

function* mergeIntoChunks(
  { block, fromLsn: firstLsn, toLsn, limits, receipt: newReceipt }: SealContext,
  tag: string,
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
  parts: readonly ChunkColumn[],
  old: readonly Mergeable[],
): Generator<MergedChunk> {
  const chunks = old.map(({ chunk }) => chunk)
  const fromLsn = chunks.reduce((lowest, chunk) => Math.min(lowest, chunk.fromLsn), firstLsn)
  const receipt = chunks.reduce((all, chunk) => unionOf(all, chunk.receipt), newReceipt)
  let after = keyBefore(startUs)
  do {
    block.begin(after, endUs)
    addAll(block, parts, chunks)
    block.finish()
    for (let start = 0; start < block.count; ) {
      const end = block.chunkEnd(start, limits.chunkSamples)
      after = block.keyAt(end - 1)
      const { timeUs: minTimeUs } = block.keyAt(start)
      const columns = block.sealedColumns(tag, start, end, fromLsn)
      const bytes = encodeChunk({ fromLsn, toLsn, receipt, columns })
      yield { minTimeUs, bytes, rollup: rollupOf(columns, bytes.length), sampleCount: end - start }
      start = end
    }
  } while (block.isCut)
}

/** Mostly in order, so that nothing must be sorted. */
function addAll(block: SampleBlock, parts: readonly ChunkColumn[], chunks: readonly Chunk[]): void {
  for (const { columns } of chunks) for (const column of columns) block.addSealed(column)
  for (const part of parts) block.addSealed(part)
}

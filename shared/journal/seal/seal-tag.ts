import type { Chunk, ChunkSummary, Receipt } from '../../chunk/chunk.ts'
import { decodeChunk, inspectChunk } from '../../chunk/decode.ts'
import { encodeChunk } from '../../chunk/encode.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { type ChunkEntry, chunkBefore, type SealedTagPlace, scanChunks } from '../chunk-scan.ts'
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
import { SampleBlock } from '../sample-block.ts'
import { keyBefore } from '../sample-key.ts'
import type { Tag } from '../tag.ts'
import type { FramePart } from './gather.ts'
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
}

/**
 * Chunks of one tag for the samples that frames brought: late ones are merged into the chunks that they overlap, so
 * that chunks of a tag never do. A damaged chunk is left as it is: nothing in it can be read.
 */
export async function sealTag(
  context: SealContext,
  tag: Tag,
  parts: readonly FramePart[],
): Promise<SealedTag> {
  const { partitionDays = daysFor(parts) } = tag
  const partitions = partitionsOf(parts, partitionDays)
  const added: NewChunk[] = []
  const removed: OldChunk[] = []
  for (const [partition, bounds] of partitions) {
    const place = { id: tag.id, partitionDays, partitions: [partition] }
    const old = tag.partitions.includes(partition) ? await chunksToMerge(context, place, bounds) : []
    for (const { entry, sampleCount } of old) {
      removed.push({ key: entry.key, sizeBytes: entry.bytes.length, sampleCount })
    }
    const span = { startUs: partitionStartUs(partition), endUs: partitionEndUs(partition, partitionDays) }
    for (const chunk of mergeIntoChunks(context, tag.tag, span, parts, old)) {
      added.push({ ...chunk, place: { partition, tagId: tag.id, minTimeUs: chunk.minTimeUs } })
    }
  }
  return { tag: tag.tag, partitionDays, partitions: [...partitions.keys()], added, removed }
}

interface PartBounds {
  minTimeUs: number
  maxTimeUs: number
  count: number
}

function daysFor(parts: readonly FramePart[]): PartitionDays {
  const all: PartBounds = { minTimeUs: Infinity, maxTimeUs: -Infinity, count: 0 }
  for (const { column } of parts) for (const timeUs of column.timesUs) include(all, timeUs)
  return partitionDaysFor(all.count, all.minTimeUs, all.maxTimeUs)
}

function partitionsOf(parts: readonly FramePart[], days: PartitionDays): Map<number, PartBounds> {
  const partitions = new Map<number, PartBounds>()
  for (const { column } of parts) {
    for (const timeUs of column.timesUs) {
      const partition = partitionOf(timeUs, days)
      const bounds = partitions.get(partition)
      if (bounds === undefined) partitions.set(partition, { minTimeUs: timeUs, maxTimeUs: timeUs, count: 1 })
      else include(bounds, timeUs)
    }
  }
  return partitions
}

function include(bounds: PartBounds, timeUs: number): void {
  bounds.minTimeUs = Math.min(bounds.minTimeUs, timeUs)
  bounds.maxTimeUs = Math.max(bounds.maxTimeUs, timeUs)
  bounds.count++
}

interface Mergeable {
  readonly entry: ChunkEntry
  readonly chunk: Chunk
  readonly sampleCount: number
}

/**
 * Those that overlap the new samples, and those before them as long as they are no larger than what follows: as in
 * counting in binary, each sample is then written again a few times in all, however slowly a chunk fills.
 */
async function chunksToMerge(
  context: SealContext,
  place: SealedTagPlace,
  { minTimeUs, maxTimeUs, count }: PartBounds,
): Promise<Mergeable[]> {
  const { store, limits } = context
  const found: Mergeable[] = []
  let total = count
  let earliestUs = minTimeUs
  const take = (mergeable: Mergeable) => {
    found.push(mergeable)
    total += mergeable.sampleCount
    earliestUs = Math.min(earliestUs, mergeable.entry.minTimeUs)
  }
  for await (const entry of scanChunks(store, place, { fromUs: minTimeUs, toUs: maxTimeUs })) {
    const overlapping = decodeIf(context, entry, ({ maxTimeUs: endsUs }) => endsUs >= minTimeUs)
    if (overlapping !== undefined) take(overlapping)
  }
  const [partition = 0] = place.partitions
  for (;;) {
    const entry = await chunkBefore(store, { partition, tagId: place.id }, earliestUs)
    const small =
      entry &&
      decodeIf(context, entry, ({ sampleCount }) => sampleCount <= total && sampleCount < limits.chunkSamples)
    if (small === undefined) return found
    take(small)
  }
}

/** Undefined for a chunk that is not wanted, or is damaged. */
function decodeIf(
  { damage }: SealContext,
  entry: ChunkEntry,
  isWanted: (summary: ChunkSummary) => boolean,
): Mergeable | undefined {
  return damage.check({ chunkId: chunkPlaceOf(entry.key).chunkId }, () => {
    if (!isWanted(inspectChunk(entry.bytes))) return undefined
    const chunk = decodeChunk(entry.bytes)
    return { entry, chunk, sampleCount: sampleCountOf(chunk) }
  })
}

const sampleCountOf = ({ columns }: Chunk): number =>
  columns.reduce((count, { lsns }) => count + lsns.length, 0)

interface MergedChunk {
  readonly minTimeUs: number
  readonly bytes: Uint8Array
  readonly rollup: Uint8Array
  readonly sampleCount: number
}

function* mergeIntoChunks(
  { fromLsn: firstLsn, toLsn, limits, receipt: newReceipt }: SealContext,
  tag: string,
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
  parts: readonly FramePart[],
  old: readonly Mergeable[],
): Generator<MergedChunk> {
  const chunks = old.map(({ chunk }) => chunk)
  const fromLsn = chunks.reduce((lowest, chunk) => Math.min(lowest, chunk.fromLsn), firstLsn)
  const receipt = chunks.reduce((all, chunk) => unionOf(all, chunk.receipt), newReceipt)
  const block = new SampleBlock(limits.blockSamples)
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

function addAll(block: SampleBlock, parts: readonly FramePart[], chunks: readonly Chunk[]): void {
  for (const { columns } of chunks) for (const column of columns) block.addSealed(column)
  for (const { column, lsn, firstIndex } of parts) block.add(column, lsn, firstIndex)
}

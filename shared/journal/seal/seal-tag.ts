import type { Chunk } from '../../chunk/chunk.ts'
import { decodeChunk, inspectChunk } from '../../chunk/decode.ts'
import { encodeChunk } from '../../chunk/encode.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { type ChunkEntry, scanChunks } from '../chunk-scan.ts'
import type { DamageReport } from '../damage.ts'
import { type ChunkPlace, chunkPlaceOf } from '../keys.ts'
import { REWRITE_RATIO, type SealLimits } from '../limits.ts'
import { partitionEndUs, partitionOf, partitionStartUs } from '../partition.ts'
import { keyBefore, SampleBlock } from '../sample-block.ts'
import type { Tag } from '../tag.ts'
import type { FramePart } from './gather.ts'

export interface NewChunk {
  /** Its id is known once it has a leaf. */
  readonly place: Omit<ChunkPlace, 'chunkId'>
  readonly bytes: Uint8Array
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
  const partitions = partitionsOf(parts)
  const added: NewChunk[] = []
  const removed: OldChunk[] = []
  for (const [partition, bounds] of partitions) {
    const known = tag.partitions.includes(partition) ? { id: tag.id, partitions: [partition] } : undefined
    const old = known === undefined ? [] : await chunksToMerge(context, known, bounds)
    for (const { entry, sampleCount } of old) {
      removed.push({ key: entry.key, sizeBytes: entry.bytes.length, sampleCount })
    }
    added.push(...mergeIntoChunks(context, tag, partition, parts, old))
  }
  return { tag: tag.tag, partitions: [...partitions.keys()], added, removed }
}

interface PartBounds {
  minTimeUs: number
  maxTimeUs: number
  count: number
}

function partitionsOf(parts: readonly FramePart[]): Map<number, PartBounds> {
  const partitions = new Map<number, PartBounds>()
  for (const { column } of parts) {
    for (const timeUs of column.timesUs) {
      const partition = partitionOf(timeUs)
      const bounds = partitions.get(partition)
      if (bounds === undefined) partitions.set(partition, { minTimeUs: timeUs, maxTimeUs: timeUs, count: 1 })
      else {
        bounds.minTimeUs = Math.min(bounds.minTimeUs, timeUs)
        bounds.maxTimeUs = Math.max(bounds.maxTimeUs, timeUs)
        bounds.count++
      }
    }
  }
  return partitions
}

interface Mergeable {
  readonly entry: ChunkEntry
  readonly chunk: Chunk
  readonly sampleCount: number
}

/** Those that overlap the new samples, and the one before them if it is worth filling up. */
async function chunksToMerge(
  { store, damage, limits }: SealContext,
  tag: { readonly id: number; readonly partitions: readonly number[] },
  { minTimeUs, maxTimeUs, count }: PartBounds,
): Promise<Mergeable[]> {
  const found: Mergeable[] = []
  for await (const entry of scanChunks(store, tag, { fromUs: minTimeUs, toUs: maxTimeUs })) {
    const chunk = damage.check({ chunkId: chunkPlaceOf(entry.key).chunkId }, () => {
      const { maxTimeUs: endsUs, sampleCount } = inspectChunk(entry.bytes)
      const isSmall = sampleCount < Math.min(limits.chunkSamples, REWRITE_RATIO * count)
      return endsUs >= minTimeUs || isSmall ? decodeChunk(entry.bytes) : undefined
    })
    if (chunk !== undefined) found.push({ entry, chunk, sampleCount: sampleCountOf(chunk) })
  }
  return found
}

const sampleCountOf = ({ columns }: Chunk): number =>
  columns.reduce((count, { lsns }) => count + lsns.length, 0)

function* mergeIntoChunks(
  context: SealContext,
  tag: Tag,
  partition: number,
  parts: readonly FramePart[],
  old: readonly Mergeable[],
): Generator<NewChunk> {
  const { limits } = context
  const chunks = old.map(({ chunk }) => chunk)
  const fromLsn = chunks.reduce((lowest, chunk) => Math.min(lowest, chunk.fromLsn), context.fromLsn)
  const toUs = partitionEndUs(partition)
  const block = new SampleBlock(limits.blockSamples)
  let after = keyBefore(partitionStartUs(partition))
  do {
    block.begin(after, toUs)
    addAll(block, parts, chunks)
    block.finish()
    for (let start = 0; start < block.count; ) {
      const end = block.chunkEnd(start, limits.chunkSamples)
      after = block.keyAt(end - 1)
      const place = { partition, tagId: tag.id, minTimeUs: block.keyAt(start).timeUs }
      const columns = block.sealedColumns(tag.tag, start, end, fromLsn)
      const bytes = encodeChunk({ tag: tag.tag, fromLsn, toLsn: context.toLsn, columns })
      yield { place, bytes, sampleCount: end - start }
      start = end
    }
  } while (block.isCut)
}

function addAll(block: SampleBlock, parts: readonly FramePart[], chunks: readonly Chunk[]): void {
  for (const { columns } of chunks) for (const column of columns) block.addSealed(column)
  for (const { column, lsn, firstIndex } of parts) block.add(column, lsn, firstIndex)
}

import type { Receipt } from '../../chunk/chunk.ts'
import { inspectChunk } from '../../chunk/decode.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { type ChunkEntry, scanChunks } from '../chunk-scan.ts'
import type { DamageReport } from '../damage.ts'
import { type ChunkPlace, chunkPlaceOf } from '../keys.ts'
import type { Tag } from '../tag.ts'

/** Data of one tag that goes as a whole or not at all: a chunk. */
export interface Piece {
  readonly tag: string
  readonly place: ChunkPlace
  /** Event times of its first and last sample. */
  readonly fromUs: number
  readonly toUs: number
  readonly receipt: Receipt
  readonly sampleCount: number
  readonly sizeBytes: number
}

/** Both ends belong to it; microseconds since 1970 UTC. */
export interface PieceRange {
  readonly fromUs: number
  readonly toUs: number
}

/**
 * Chunks of a tag that reach into [fromUs, toUs], the oldest first. Damaged ones are left out: what they hold is not
 * known.
 */
export async function* scanPieces(
  { store, damage }: { readonly store: KeyValueStore; readonly damage: DamageReport },
  tag: Tag,
  range: PieceRange,
): AsyncGenerator<Piece> {
  for await (const entry of scanChunks(store, tag, range)) {
    const { chunkId } = chunkPlaceOf(entry.key)
    const piece = damage.check({ chunkId }, () => pieceOf(tag.tag, entry))
    if (piece !== undefined && piece.toUs >= range.fromUs) yield piece
  }
}

function pieceOf(tag: string, { key, bytes }: ChunkEntry): Piece {
  const { minTimeUs, maxTimeUs, receipt, sampleCount } = inspectChunk(bytes)
  const place = chunkPlaceOf(key)
  return { tag, place, fromUs: minTimeUs, toUs: maxTimeUs, receipt, sampleCount, sizeBytes: bytes.length }
}

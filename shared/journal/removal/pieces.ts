import type { Receipt } from '../../chunk/chunk.ts'
import { inspectChunk } from '../../chunk/decode.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { type ChunkEntry, scanChunks } from '../chunk-scan.ts'
import type { DamageReport } from '../damage.ts'
import { type ChunkPlace, chunkPlaceOf } from '../keys.ts'
import { scanReductions } from '../reduction/scan-reductions.ts'
import type { Tag } from '../tag.ts'

/** Data of one tag that goes as a whole or not at all: a chunk, or the rollup that is left of one. */
export interface Piece {
  readonly tag: string
  /** `rollup`: its samples are gone already. */
  readonly form: 'raw' | 'rollup'
  readonly place: ChunkPlace
  /** Event times of its first and last sample. */
  readonly fromUs: number
  readonly toUs: number
  readonly receipt: Receipt
  /** Of a rollup: those that it was made of. */
  readonly sampleCount: number
  readonly sizeBytes: number
}

/** Both ends belong to it; microseconds since 1970 UTC. */
export interface PieceRange {
  readonly fromUs: number
  readonly toUs: number
}

interface PieceSource {
  readonly store: KeyValueStore
  readonly damage: DamageReport
}

/**
 * Chunks of a tag that reach into [fromUs, toUs], the oldest first, and then what is left of chunks. Damaged ones are left
 * out: what they hold is not known.
 * @param form only those of this form
 */
export async function* scanPieces(
  source: PieceSource,
  tag: Tag,
  range: PieceRange,
  form?: Piece['form'],
): AsyncGenerator<Piece> {
  if (form !== 'rollup') yield* rawPieces(source, tag, range)
  if (form === 'raw') return
  for await (const reduction of scanReductions(source, tag, range)) {
    const { place, fromUs, toUs, receipt, samples: sampleCount, sizeBytes } = reduction
    yield { tag: tag.tag, form: 'rollup', place, fromUs, toUs, receipt, sampleCount, sizeBytes }
  }
}

async function* rawPieces(
  { store, damage }: PieceSource,
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
  const sizeBytes = bytes.length
  const place = chunkPlaceOf(key)
  return { tag, form: 'raw', place, fromUs: minTimeUs, toUs: maxTimeUs, receipt, sampleCount, sizeBytes }
}

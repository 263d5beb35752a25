import type { StoreOperation } from '../../store/store.ts'
import type { Change } from '../change.ts'
import { chunkKey, rollupKey, SEALING_KEY, tagKey } from '../keys.ts'
import type { SealSource } from '../seal/seal-source.ts'
import { encodeSealing, type Sealing } from '../sealing.ts'
import { encodeTag, type Tag } from '../tag.ts'
import type { Piece } from './pieces.ts'
import { remainingOf } from './remaining.ts'

/** From one batch on the pieces are gone. Their leaves in the Merkle log stay, and with them all proofs of the rest. */
export async function planRemoval(source: SealSource, pieces: readonly Piece[]): Promise<Change> {
  const { state } = source
  const tags: Tag[] = []
  for (const name of new Set(pieces.map(({ tag }) => tag))) {
    const tag = state.tags.get(name)
    if (tag === undefined) continue
    const removed = pieces.filter((piece) => piece.tag === name)
    const removedCount = tag.removedCount + samplesOf(removed)
    tags.push({ ...tag, removedCount, ...(await remainingOf(source, tag, removed)) })
  }
  const sealing = sealingWithout(state.sealing, pieces)
  return {
    operations: [
      ...pieces.flatMap(({ place }): StoreOperation[] => [
        { type: 'del', key: chunkKey(place) },
        { type: 'del', key: rollupKey(place) },
      ]),
      ...tags.map((tag): StoreOperation => ({ type: 'put', key: tagKey(tag.tag), value: encodeTag(tag) })),
      { type: 'put', key: SEALING_KEY, value: encodeSealing(sealing) },
    ],
    removedSamples: samplesOf(pieces),
    apply() {
      for (const tag of tags) {
        state.tags.set(tag)
        state.staleTags.delete(tag.tag)
      }
      state.sealing = sealing
    },
  }
}

function sealingWithout(before: Sealing, pieces: readonly Piece[]): Sealing {
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0)
  return {
    ...before,
    chunks: before.chunks - pieces.length,
    chunkBytes: before.chunkBytes - sizeBytes,
    samples: before.samples - samplesOf(pieces),
  }
}

const samplesOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { sampleCount }) => sum + sampleCount, 0)

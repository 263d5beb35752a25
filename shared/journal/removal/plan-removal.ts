import type { ProofDraft } from '../../proof/draft.ts'
import { leafHash } from '../../proof/merkle.ts'
import type { StoreOperation } from '../../store/store.ts'
import type { Change } from '../change.ts'
import { chunkKey, proofStepKey, reductionKey, rollupKey, SEALING_KEY, tagKey } from '../keys.ts'
import { reduceChunk } from '../reduction/reduce.ts'
import type { SealSource } from '../seal/seal-source.ts'
import { encodeSealing, type Sealing } from '../sealing.ts'
import { encodeTag, type Tag } from '../tag.ts'
import type { Piece } from './pieces.ts'
import { remainingOf } from './remaining.ts'

/** Makes the change, by the head that the log will have and a draft with the leaves of all frames of the batch. */
export type MakeChange = (headLsn: number, proof: ProofDraft) => Change

/** From one batch on the pieces are gone. Their leaves in the Merkle log stay, and with them all proofs of the rest. */
export async function planRemoval(source: SealSource, pieces: readonly Piece[]): Promise<MakeChange> {
  const tags: Tag[] = []
  for (const [tag, removed] of byTag(source, pieces)) {
    tags.push({ ...withoutSamples(tag, removed), ...(await remainingOf(source, tag, removed)) })
  }
  const sealing = sealingWithout(source.state.sealing, pieces)
  return () => changeOf(source, { pieces, tags, sealing, puts: [] })
}

/**
 * From one batch on the samples of chunks are gone, and their rollups stand for them, each with a leaf of its own among
 * those of chunks. A chunk without a number or a boolean is removed.
 */
export async function planReduction(source: SealSource, pieces: readonly Piece[]): Promise<MakeChange> {
  const reductions: { readonly piece: Piece; readonly bytes: Uint8Array }[] = []
  for (const piece of pieces) {
    const bytes = await reductionOf(source, piece)
    if (bytes !== undefined) reductions.push({ piece, bytes })
  }
  const lost = new Set(pieces)
  for (const { piece } of reductions) lost.delete(piece)
  const tags: Tag[] = []
  for (const [tag, own] of byTag(source, pieces)) {
    const gone = own.filter((piece) => lost.has(piece))
    tags.push({ ...withoutSamples(tag, own), ...(gone.length > 0 && (await remainingOf(source, tag, gone))) })
  }
  const chunkLeaves = source.state.sealing.chunkLeaves + reductions.length
  const sealing = { ...sealingWithout(source.state.sealing, pieces), chunkLeaves }
  return (headLsn, proof) => {
    const puts = reductions.map(({ piece: { place }, bytes: value }) => ({
      key: reductionKey({ ...place, chunkId: proof.append(leafHash(value)) }),
      value,
    }))
    const step = { key: proofStepKey(headLsn, chunkLeaves), value: new Uint8Array() }
    return changeOf(source, { pieces, tags, sealing, puts: puts.length > 0 ? [...puts, step] : [] })
  }
}

/** What would be left of a chunk; undefined where it would be nothing, or the chunk cannot be read. */
export async function reductionOf(
  { store, damage }: Pick<SealSource, 'store' | 'damage'>,
  { form, place }: Piece,
): Promise<Uint8Array | undefined> {
  const bytes = form === 'raw' ? await store.get(chunkKey(place)) : undefined
  const { chunkId } = place
  return bytes && damage.check({ chunkId }, () => reduceChunk(bytes, chunkId))
}

interface Outcome {
  readonly pieces: readonly Piece[]
  readonly tags: readonly Tag[]
  readonly sealing: Sealing
  readonly puts: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]
}

function changeOf({ state }: SealSource, { pieces, tags, sealing, puts }: Outcome): Change {
  return {
    operations: [
      ...pieces.flatMap(({ form, place }): StoreOperation[] =>
        form === 'raw' ? [del(chunkKey(place)), del(rollupKey(place))] : [del(reductionKey(place))],
      ),
      ...puts.map((entry): StoreOperation => ({ type: 'put', ...entry })),
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

function* byTag(
  { state }: SealSource,
  pieces: readonly Piece[],
): Generator<readonly [tag: Tag, own: readonly Piece[]]> {
  for (const name of new Set(pieces.map(({ tag }) => tag))) {
    const tag = state.tags.get(name)
    if (tag !== undefined) yield [tag, pieces.filter((piece) => piece.tag === name)]
  }
}

const withoutSamples = (tag: Tag, pieces: readonly Piece[]): Tag => ({
  ...tag,
  removedCount: tag.removedCount + samplesOf(pieces),
})

function sealingWithout(before: Sealing, pieces: readonly Piece[]): Sealing {
  const chunks = pieces.filter(({ form }) => form === 'raw')
  return {
    ...before,
    chunks: before.chunks - chunks.length,
    chunkBytes: before.chunkBytes - chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    samples: before.samples - samplesOf(chunks),
  }
}

/** Those of rollups are gone already. */
const samplesOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { form, sampleCount }) => sum + (form === 'raw' ? sampleCount : 0), 0)

const del = (key: Uint8Array): StoreOperation => ({ type: 'del', key })

import type { ProofDraft } from '../../proof/draft.ts'
import { leafHash } from '../../proof/merkle.ts'
import type { StoreOperation } from '../../store/store.ts'
import { chunkKey, chunkPlaceOf, proofStepKey, rollupKey, SEALING_KEY, tagKey } from '../keys.ts'
import { proofOperations } from '../proof-head.ts'
import { encodeSealing, type Sealing } from '../sealing.ts'
import type { JournalState } from '../state.ts'
import { encodeTag, type Tag } from '../tag.ts'
import { union } from '../union.ts'
import type { SealPlan } from './plan-seal.ts'

/** One batch: from it on the samples are in chunks, and frames up to the plan's position count no more. */
export interface SealCommit {
  readonly operations: readonly StoreOperation[]
  /** Makes it the state; called once the operations are durable. */
  apply(): void
}

/**
 * @param state as it is now: appends may have changed it since the plan was made
 * @param proof a draft of the Merkle log, which gets a leaf for each chunk
 */
export function commitSeal(state: JournalState, plan: SealPlan, proof: ProofDraft): SealCommit {
  const tags = plan.tags.flatMap(({ tag: name, partitionDays, partitions }) => {
    const tag = state.tags.get(name)
    return tag === undefined ? [] : [{ ...withPartitions(tag, partitions), partitionDays }]
  })
  const sealing = sealingAfter(state.sealing, plan)
  const operations: StoreOperation[] = plan.tags.flatMap(({ added, removed }) => [
    ...removed.flatMap(({ key }) => [del(key), del(rollupKey(chunkPlaceOf(key)))]),
    ...added.flatMap(({ place, bytes, rollup }) => {
      const chunkId = proof.append(leafHash(bytes))
      return [put(chunkKey({ ...place, chunkId }), bytes), put(rollupKey({ ...place, chunkId }), rollup)]
    }),
  ])
  operations.push(
    // With the figures of all frames so far: those that are sealed cannot be gone through again.
    ...tags.map((tag) => put(tagKey(tag.tag), encodeTag(tag))),
    put(SEALING_KEY, encodeSealing(sealing)),
    put(proofStepKey(state.headLsn, sealing.chunkLeaves), NO_VALUE),
    ...proofOperations(proof),
  )
  return {
    operations,
    apply() {
      for (const tag of tags) {
        state.tags.set(tag)
        state.staleTags.delete(tag.tag)
      }
      state.sealing = sealing
      proof.commit()
    },
  }
}

function withPartitions(tag: Tag, partitions: readonly number[]): Tag {
  const all = union(tag.partitions, partitions)
  return all === tag.partitions ? tag : { ...tag, partitions: [...all].sort((a, b) => a - b) }
}

function sealingAfter(before: Sealing, { untilLsn, frameBytes, tags }: SealPlan): Sealing {
  const after = { ...before, sealedLsn: untilLsn, frameBytes: before.frameBytes + frameBytes }
  for (const { added, removed } of tags) {
    for (const { bytes, sampleCount } of added) {
      after.chunks += 1
      after.chunkLeaves += 1
      after.chunkBytes += bytes.length
      after.samples += sampleCount
    }
    for (const { sizeBytes, sampleCount } of removed) {
      after.chunks -= 1
      after.chunkBytes -= sizeBytes
      after.samples -= sampleCount
    }
  }
  return after
}

const NO_VALUE = new Uint8Array()

const del = (key: Uint8Array): StoreOperation => ({ type: 'del', key })
const put = (key: Uint8Array, value: Uint8Array): StoreOperation => ({ type: 'put', key, value })

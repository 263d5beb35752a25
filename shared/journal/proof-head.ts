import type { ProofDraft } from '../proof/draft.ts'
import type { StoreOperation } from '../store/store.ts'
import { lsnBytes, lsnOf, PROOF_HEAD_KEY } from './keys.ts'

/** Size and root of the Merkle log as they were written last. */
export interface ProofHead {
  readonly size: number
  readonly root: Uint8Array
}

/** Leaves and head of a draft: part of the batch with what the leaves are of. */
export function proofOperations(draft: ProofDraft): readonly StoreOperation[] {
  const value = Buffer.concat([draft.root(), lsnBytes(draft.size)])
  return [...draft.operations(), { type: 'put', key: PROOF_HEAD_KEY, value }]
}

export function decodeProofHead(value: Uint8Array): ProofHead {
  return { size: lsnOf(value), root: value.subarray(0, value.length - 8) }
}

import type { ProofDraft } from '../../proof/draft.ts'
import { leafHash } from '../../proof/merkle.ts'
import type { StoreOperation } from '../../store/store.ts'
import type { Change } from '../change.ts'
import { logKey, lsnBytes, proofStepKey, recordIdKey, redactedKey, SEALING_KEY } from '../keys.ts'
import { encodeSealing } from '../sealing.ts'
import type { JournalState } from '../state.ts'

/** A frame without some of its records. */
export interface Redaction {
  readonly lsn: number
  /** Of the same producer, epoch and sequence; with its own leaf from then on. */
  readonly bytes: Uint8Array
  /** Identities of the records that are gone. */
  readonly recordIds: readonly string[]
}

/**
 * Puts shorter frames in the place of frames. The leaves of what came stay in the Merkle log, and each shorter frame has
 * a leaf of its own, which stands among those of chunks.
 *
 * @param headLsn of the log once the batch is written
 * @param proof with the leaves of all frames of the batch
 */
export function redactionChange(
  state: JournalState,
  redactions: readonly Redaction[],
  headLsn: number,
  proof: ProofDraft,
): Change {
  const sealing = { ...state.sealing, chunkLeaves: state.sealing.chunkLeaves + redactions.length }
  return {
    operations: [
      ...redactions.flatMap(({ lsn, bytes, recordIds }): StoreOperation[] => [
        { type: 'put', key: logKey(lsn), value: bytes },
        { type: 'put', key: redactedKey(lsn), value: lsnBytes(proof.append(leafHash(bytes))) },
        ...recordIds.map((id): StoreOperation => ({ type: 'del', key: recordIdKey(id) })),
      ]),
      { type: 'put', key: SEALING_KEY, value: encodeSealing(sealing) },
      { type: 'put', key: proofStepKey(headLsn, sealing.chunkLeaves), value: new Uint8Array() },
    ],
    removedSamples: 0,
    apply() {
      state.sealing = sealing
    },
  }
}

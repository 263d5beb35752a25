import type { BackupReport } from '../../contract/historian-request.ts'
import type { EvidenceMaterial, EvidenceQuestion } from '../../evidence/material.ts'
import type { SignedTreeHead } from '../../proof/tree-head-text.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { type BackupOptions, writeBackup } from '../backup/backup.ts'
import { type Snapshot, snapshotOf } from '../backup/snapshot.ts'
import type { DamageReport } from '../damage.ts'
import type { JournalWriter } from '../journal-writer.ts'
import type { JournalVerification } from '../verify/verification.ts'
import { verifyJournal } from '../verify/verify.ts'
import { readEvidence } from './evidence-reader.ts'
import { readNewestHead, writeHead } from './heads.ts'

/** What a journal can show of itself. */
export interface Proving {
  /**
   * What proves the samples of a tag in a range. Appends go on meanwhile, and sealing waits until the last is read.
   * @throws EvidenceError `GENBA_EVIDENCE_TAG`; ProofError, StoreError
   */
  evidence(question: EvidenceQuestion): AsyncIterable<EvidenceMaterial>
  /**
   * Checks everything that was durable at the call; see `verifyJournal`. Appends go on meanwhile, and sealing waits.
   * @throws StoreError
   */
  verify(onProgress: (checked: number) => void): Promise<JournalVerification>
  /** See `Journal`. */
  backup(target: KeyValueStore, options: BackupOptions): Promise<BackupReport>
  /** Keeps a signed head of the Merkle log. @throws StoreError */
  keepHead(head: SignedTreeHead): Promise<void>
  /** Of those that were kept. @throws ProofError, StoreError */
  newestHead(): Promise<SignedTreeHead | undefined>
}

export interface ProvingParts {
  readonly store: KeyValueStore
  readonly damage: DamageReport
  readonly writer: Pick<JournalWriter, 'alone' | 'hold' | 'proof' | 'state' | 'undisturbed'>
}

export function createProving({ store, damage, writer }: ProvingParts): Proving {
  const { proof } = writer

  async function* evidence(question: EvidenceQuestion): AsyncGenerator<EvidenceMaterial> {
    const release = await writer.hold()
    try {
      await writer.alone(() => Promise.resolve())
      yield* readEvidence({ store, damage, proof, state: writer.state }, question)
    } finally {
      release()
    }
  }

  /** Sealing waits until `read` has ended. */
  const atOneMoment = <T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> =>
    writer.undisturbed(async () => {
      const moment = () => ({ headLsn: writer.state.headLsn, leaves: proof.size })
      return read(await writer.alone(() => snapshotOf(store, moment())))
    })

  return {
    evidence,
    verify: (onProgress) => atOneMoment((snapshot) => verifyJournal(snapshot.store, onProgress)),
    backup: (target, options) => atOneMoment((snapshot) => writeBackup(snapshot, target, options)),
    // Synced: a head that was sent and then lost here would look like a forged one.
    keepHead: (head) => store.batch([writeHead(head)], { sync: true }),
    newestHead: () => readNewestHead(store),
  }
}

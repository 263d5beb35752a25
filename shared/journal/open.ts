import { openProofLog } from '../proof/proof-log.ts'
import type { KeyValueStore } from '../store/store.ts'
import { createDamageReport } from './damage.ts'
import type { Journal } from './journal.ts'
import { PROOF_PREFIX } from './keys.ts'
import { BLOCK_SAMPLES_MAX, SEAL_LIMITS } from './limits.ts'
import { loadState } from './load.ts'
import type { JournalOptions } from './options.ts'
import { StoredJournal } from './stored-journal.ts'

/**
 * Opens the journal of a store; writes nothing before the first append.
 * @throws JournalError `GENBA_JOURNAL_NEWER`, `GENBA_JOURNAL_FOREIGN`; StoreError
 */
export async function openJournal(store: KeyValueStore, options: JournalOptions = {}): Promise<Journal> {
  const damage = createDamageReport(options.onDamage ?? (() => {}))
  const { blockSamplesMax = BLOCK_SAMPLES_MAX, sealLimits = SEAL_LIMITS, receivedUs = () => 0 } = options
  const state = await loadState(store, damage)
  const proof = await openProofLog(store, { prefix: PROOF_PREFIX })
  return new StoredJournal(
    { store, damage, proof, options: { blockSamplesMax, sealLimits, receivedUs } },
    state,
  )
}

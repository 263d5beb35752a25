import type { BackupManifest } from '../../contract/historian-request.ts'
import type { KeyValueStore, ReadableStore } from '../../store/store.ts'
import { BACKUP_KEY } from '../keys.ts'
import { verifyJournal } from '../verify/verify.ts'
import { BackupError } from './errors.ts'
import { faultOf, readManifest } from './manifest.ts'

/**
 * Goes through a whole backup: it must be complete, without a fault, and have the root that it was made with.
 * @throws BackupError `GENBA_BACKUP_TARGET`, `GENBA_BACKUP_INCOMPLETE`, `GENBA_BACKUP_UNPROVEN`; JournalError; StoreError
 */
export async function proveBackup(
  store: ReadableStore,
  onProgress?: (checked: number) => void,
): Promise<BackupManifest> {
  const manifest = await readManifest(store)
  const fault = faultOf(manifest, await verifyJournal(store, onProgress))
  if (fault === undefined) return manifest
  throw new BackupError('GENBA_BACKUP_UNPROVEN', 'the backup is not what it was when it was made', {
    received: fault,
    mend: 'take another backup; genba repair --state DIR, of a copy of this one, keeps what is good in it',
    effect: 'nothing was restored',
  })
}

/** Makes a journal like any other of a copy of a backup. */
export const becomeJournal = (store: KeyValueStore): Promise<void> =>
  store.batch([{ type: 'del', key: BACKUP_KEY }], { sync: true })

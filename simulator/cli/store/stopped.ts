import { existsSync } from 'node:fs'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { observeClock, receiptUs } from '../../../shared/retention/trusted-time.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { CliError } from '../errors.ts'
import { readClocks } from '../law/own-clocks.ts'
import type { StateDirectory } from '../state-directory.ts'

/**
 * Opens the store of a stopped gateway.
 * @throws CliError `GENBA_STATE_MISSING` when nothing was stored, `GENBA_GATEWAY_RUNNING` when it is in use; StoreError
 */
export async function openStoppedStore(state: StateDirectory): Promise<KeyValueStore> {
  checkStored(state)
  const { path, historianStore } = state
  try {
    return await openLevelStore(historianStore)
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'GENBA_STORE_LOCKED')) throw error
    throw new CliError(
      'GENBA_GATEWAY_RUNNING',
      'a running gateway, or another command, has this store open',
      {
        where: path,
        expected: 'a stopped gateway, and one command at a time',
        mend: `stop it with: genba stop --state ${path}; or wait until the other command has ended`,
      },
    )
  }
}

/** @throws CliError `GENBA_STATE_MISSING` when nothing was stored */
export function checkStored({ path, historianStore }: StateDirectory): void {
  if (existsSync(historianStore)) return
  throw new CliError('GENBA_STATE_MISSING', 'this gateway has stored nothing yet', {
    where: path,
    mend: `start it, or bring samples in with: genba store import FILE.csv --state ${path}`,
  })
}

/**
 * Opens the journal of a stopped gateway; whoever opens it closes it.
 * @throws as `openStoppedStore`; JournalError
 */
export async function openStoppedJournal(state: StateDirectory): Promise<Journal> {
  const store = await openStoppedStore(state)
  try {
    const journal: Journal = await openJournal(store, {
      receivedUs: () => receiptUs(observeClock(journal.observed.time, readClocks())),
    })
    return journal
  } catch (error) {
    await store.close()
    throw error
  }
}

/** @throws as `openStoppedJournal`, and what the work throws */
export async function withStoppedJournal<T>(
  state: StateDirectory,
  work: (journal: Journal) => T | Promise<T>,
): Promise<T> {
  const journal = await openStoppedJournal(state)
  try {
    return await work(journal)
  } finally {
    await journal.close()
  }
}

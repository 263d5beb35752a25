import type { BackupProgress, BackupReport } from '../../contract/historian-request.ts'
import { indexOf, leafRange } from '../../proof/keys.ts'
import { entriesOf } from '../../store/entries.ts'
import type { KeyValueStore, ReadableStore, StoreOperation } from '../../store/store.ts'
import { FORMAT_VERSION } from '../format.ts'
import { KindRange } from '../key-kinds.ts'
import { BACKUP_KEY, PROOF_PREFIX } from '../keys.ts'
import { OPEN_PAGE_BYTES, OPEN_PAGE_ENTRIES } from '../limits.ts'
import type { JournalVerification } from '../verify/verification.ts'
import { verifyJournal } from '../verify/verify.ts'
import { BackupError } from './errors.ts'
import { faultOf, readMark, writeMark } from './manifest.ts'
import { Mirror } from './mirror.ts'
import type { Snapshot } from './snapshot.ts'

export interface BackupOptions {
  /** Whose log it is, such as `press-line-gateway/historian`. */
  readonly log: string
  /** Microseconds since 1970 UTC. */
  readonly madeAtUs: number
  readonly onProgress?: (at: BackupProgress) => void
  /** Breaks the backup off; the next one goes on. */
  readonly signal?: AbortSignal
}

/**
 * Brings a backup up to a snapshot: what is damaged in the source never reaches it, only what it lacks is written, and
 * it counts as complete once its copy was verified and has the root of the source.
 *
 * @param target empty, or an earlier backup of the same log, also one that was broken off
 * @throws BackupError; JournalError; StoreError
 */
export async function writeBackup(
  snapshot: Snapshot,
  target: KeyValueStore,
  options: BackupOptions,
): Promise<BackupReport> {
  const { log, madeAtUs, signal } = options
  const report = (phase: BackupProgress['phase']) => (count: number) => {
    signal?.throwIfAborted()
    options.onProgress?.({ phase, count })
  }
  await checkTarget(target)
  const found = await verifyJournal(snapshot.store, report('checking'))
  checkSource(found)
  await checkSameLog(snapshot.store, target, found.leaves)
  await writeMark(target, { state: 'begun', log })
  const mirror = new Mirror(snapshot.store, target, report('copying'))
  for (const range of KindRange.writtenOnce) await mirror.range(range)
  await mirror.flush()
  await writeChanging(snapshot, target)
  const { leaves, rootHash, frames, chunks, samples } = found
  const manifest = { format: FORMAT_VERSION, log, leaves, rootHash, frames, chunks, samples, madeAtUs }
  const fault = faultOf(manifest, await verifyJournal(target, report('proving')))
  if (fault !== undefined) throw unproven(fault)
  await writeMark(target, { state: 'complete', manifest })
  return { ...manifest, ...mirror.figures }
}

/** What may change is written whole, in one synced batch. */
async function writeChanging({ changing }: Snapshot, target: KeyValueStore): Promise<void> {
  const kept = new Set(changing.map(({ key }) => Buffer.from(key).toString('latin1')))
  kept.add(Buffer.from(BACKUP_KEY).toString('latin1'))
  const operations: StoreOperation[] = changing.map(({ key, value }) => ({ type: 'put', key, value }))
  for (const range of KindRange.changing) {
    for await (const { key } of entriesOf(target, range, PAGE)) {
      if (!kept.has(Buffer.from(key).toString('latin1'))) operations.push({ type: 'del', key })
    }
  }
  await target.batch(operations, { sync: true })
}

const PAGE = { maxEntries: OPEN_PAGE_ENTRIES, maxBytes: OPEN_PAGE_BYTES }

async function checkTarget(target: KeyValueStore): Promise<void> {
  if ((await readMark(target)) !== undefined) return
  const [entry] = await target.page({}, { maxEntries: 1, maxBytes: 1 })
  if (entry === undefined) return
  throw new BackupError('GENBA_BACKUP_TARGET', 'the store to write the backup into holds something else', {
    expected: 'nothing, or an earlier backup',
    received: 'a store that genba backup has not made',
    mend: 'name another directory',
    effect: 'nothing was changed',
  })
}

function checkSource({ problems, problemCount, frames, chunks }: JournalVerification): void {
  const [first] = problems
  if (first !== undefined) {
    throw new BackupError('GENBA_BACKUP_SOURCE', 'the store is damaged, and would damage the backup', {
      where: first.where,
      received: `${first.what}${problemCount === 1 ? '' : `, and ${problemCount - 1} more problems`}`,
      mend: 'stop the gateway, then: genba repair --state DIR; and back up what it leaves',
      effect: 'nothing was changed; an earlier backup is as good as before',
    })
  }
  if (frames + chunks > 0) return
  throw new BackupError('GENBA_BACKUP_SOURCE', 'there is nothing to back up yet', { expected: 'a frame' })
}

/** The leaves of the backup must be the first ones of the log: then what it holds came before what is to be added. */
async function checkSameLog(source: ReadableStore, target: KeyValueStore, leaves: number): Promise<void> {
  for await (const { key, value } of entriesOf(target, leafRange(PROOF_PREFIX), PAGE)) {
    const leaf = await source.get(key)
    if (leaf !== undefined && Buffer.compare(leaf, value) === 0) continue
    throw new BackupError('GENBA_BACKUP_FOREIGN', 'the backup is not of an earlier state of this store', {
      expected: `a backup whose leaves are among the ${leaves} of this store`,
      received: `one with another leaf ${indexOf(key)}`,
      mend: 'back up into another directory; keep this one, it may be of another gateway or from after a loss',
      effect: 'nothing was changed',
    })
  }
}

const unproven = (fault: string): BackupError =>
  new BackupError('GENBA_BACKUP_UNPROVEN', 'the backup is not what was backed up', {
    received: fault,
    mend: 'back up again into an empty directory, on another disk',
    effect: 'this backup stays marked as incomplete, and is not restored',
  })

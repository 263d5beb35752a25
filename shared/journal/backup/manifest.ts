import * as z from 'zod'
import { BackupManifest } from '../../contract/historian-request.ts'
import type { KeyValueStore, ReadableStore } from '../../store/store.ts'
import { decodeChecked, encodeChecked } from '../checked-json.ts'
import { BACKUP_KEY } from '../keys.ts'
import type { JournalVerification } from '../verify/verification.ts'
import { BackupError } from './errors.ts'

/** In the store of every backup: from the first write until the last one it says that something is missing. */
const BackupMark = z.union([
  z.object({ state: z.literal('begun'), log: z.string() }),
  z.object({ state: z.literal('complete'), manifest: BackupManifest }),
])
type BackupMark = z.output<typeof BackupMark>

/** Undefined where there is none. @throws JournalError `GENBA_JOURNAL_DAMAGED` */
export async function readMark(store: Pick<ReadableStore, 'get'>): Promise<BackupMark | undefined> {
  const value = await store.get(BACKUP_KEY)
  return value && BackupMark.parse(decodeChecked(value, 'the mark of the backup'))
}

/** With everything that was written before. */
export const writeMark = (store: KeyValueStore, mark: BackupMark): Promise<void> =>
  store.batch([{ type: 'put', key: BACKUP_KEY, value: encodeChecked(mark) }], { sync: true })

/** @throws BackupError `GENBA_BACKUP_TARGET`, `GENBA_BACKUP_INCOMPLETE`; JournalError */
export async function readManifest(store: Pick<ReadableStore, 'get'>): Promise<BackupManifest> {
  const mark = await readMark(store)
  if (mark === undefined) {
    throw new BackupError('GENBA_BACKUP_TARGET', 'there is no backup in this directory', {
      expected: 'what genba backup has made',
      received: 'something else',
    })
  }
  if (mark.state === 'complete') return mark.manifest
  throw new BackupError('GENBA_BACKUP_INCOMPLETE', 'the backup was broken off before it was complete', {
    expected: 'a backup that has said that it is complete',
    mend: 'run genba backup again with the same directory: it goes on; or take another backup',
    effect: 'nothing was restored',
  })
}

/** What a verified store holds, and where that is not what the manifest says. */
export function faultOf(manifest: BackupManifest, found: JournalVerification): string | undefined {
  const [problem] = found.problems
  if (problem !== undefined) return `${problem.where}: ${problem.what}`
  for (const name of ['leaves', 'rootHash', 'frames', 'chunks', 'samples'] as const) {
    if (manifest[name] !== found[name]) return `${name} ${found[name]} instead of ${manifest[name]}`
  }
  return undefined
}

import type { ReadableStore } from '../store/store.ts'
import { JournalError } from './errors.ts'
import { FORMAT_KEY } from './keys.ts'

/** Version of the key layout and of the values in README.md. The first had no chunks and no proofs. */
export const FORMAT_VERSION = 2

export const FORMAT_VALUE: Uint8Array = Buffer.from(JSON.stringify({ journal: FORMAT_VERSION }))

/**
 * The version of the journal that the store holds, which this program can read; 0 for an empty store. Nothing is written.
 * @throws JournalError `GENBA_JOURNAL_NEWER` or `GENBA_JOURNAL_FOREIGN`
 */
export async function readFormat(store: ReadableStore): Promise<number> {
  const value = await store.get(FORMAT_KEY)
  const version = value && versionOf(value)
  if (version !== undefined && version > FORMAT_VERSION) throw newer(version)
  if (version !== undefined && version > 0) return version
  const [entry] = await store.page({}, { maxEntries: 1, maxBytes: 1 })
  if (!entry) return 0
  throw new JournalError('GENBA_JOURNAL_FOREIGN', 'the store holds no journal of the historian', [
    {
      expected: 'an empty directory or a journal',
      received: 'other data',
      mend: 'name the directory of the historian, or an empty one',
      effect: 'nothing was changed',
    },
  ])
}

function versionOf(value: Uint8Array): number | undefined {
  try {
    const version: unknown = JSON.parse(Buffer.from(value).toString())?.journal
    return typeof version === 'number' ? version : undefined
  } catch {
    // Bytes that are no JSON: something else stands under this key.
    return undefined
  }
}

const newer = (version: number) =>
  new JournalError('GENBA_JOURNAL_NEWER', 'the journal was written by a later version of Genba', [
    {
      expected: `journal format ${FORMAT_VERSION} or earlier`,
      received: `journal format ${version}`,
      mend: 'install the later version again; this one would damage the data',
      effect: 'nothing was changed',
    },
  ])

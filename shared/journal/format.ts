import type { KeyValueStore } from '../store/store.ts'
import { JournalError } from './errors.ts'
import { FORMAT_KEY } from './keys.ts'

/** Version of the key layout and of the values in README.md. */
const FORMAT_VERSION = 2

/** Without chunks a journal is what the first version knew, which may go on with it. */
const UNSEALED_VERSION = 1

export const FORMAT_VALUE: Uint8Array = formatValue(UNSEALED_VERSION)
/** With the first chunk: the first version would not see what is in it. */
export const SEALED_FORMAT_VALUE: Uint8Array = formatValue(FORMAT_VERSION)

function formatValue(version: number): Uint8Array {
  return Buffer.from(JSON.stringify({ journal: version }))
}

/**
 * Whether the store holds a journal that this program can read; false for an empty one. Nothing is written.
 * @throws JournalError `GENBA_JOURNAL_NEWER` or `GENBA_JOURNAL_FOREIGN`
 */
export async function hasReadableFormat(store: KeyValueStore): Promise<boolean> {
  const value = await store.get(FORMAT_KEY)
  const version = value && versionOf(value)
  if (version !== undefined && version > FORMAT_VERSION) throw newer(version)
  if (version !== undefined && version >= UNSEALED_VERSION) return true
  const [entry] = await store.page({}, { maxEntries: 1, maxBytes: 1 })
  if (!entry) return false
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

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError } from '../level-error.ts'
import { problemsOfLogFile } from './log-file.ts'
import { liveTables } from './manifest-file.ts'
import { problemsOfTableFile } from './table-file.ts'

/** A file of a store that is not as it was written. */
export interface FileProblem {
  /** Its name within the directory. */
  readonly file: string
  /** The rest of a sentence about it. */
  readonly what: string
}

/** Behind the name of a log that was damaged when the store was opened: LevelDB drops what it cannot read, and the log. */
export const DAMAGED_SUFFIX = '.damaged'

const TABLE = /^\d+\.(ldb|sst)$/
const LOG = /^(\d+\.log|MANIFEST-\d+)$/

/**
 * Holds every file of a closed LevelDB store against the checksums in it. LOCK and LOG hold no data, and nothing else
 * does that is not named here.
 * @throws StoreError when a file cannot be read
 */
export async function checkLevelFiles(
  directory: string,
  onProgress: (checkedBytes: number) => void = () => {},
): Promise<readonly FileProblem[]> {
  const problems: FileProblem[] = []
  let checkedBytes = 0
  try {
    const files = await readdir(directory)
    const live = await liveTablesOf(directory, files)
    for (const file of files.toSorted()) {
      const note = (what: string): void => void problems.push({ file, what })
      if (file.endsWith(DAMAGED_SUFFIX)) {
        note('was damaged when the store was opened, and what could not be read in it is lost')
      }
      const isOfNobody = TABLE.test(file) && live !== undefined && !live.has(Number.parseInt(file, 10))
      if (isOfNobody || !(TABLE.test(file) || LOG.test(file))) continue
      const bytes = await readIfThere(join(directory, file))
      if (bytes === undefined) continue
      const found = TABLE.test(file) ? problemsOfTableFile(bytes) : problemsOfLogFile(bytes)
      for (const what of found) note(what)
      checkedBytes += bytes.length
      onProgress(checkedBytes)
    }
    const fault = await faultOfCurrent(directory, files)
    if (fault !== undefined) problems.push({ file: 'CURRENT', what: fault })
  } catch (error) {
    throw asStoreError(error, directory)
  }
  return problems
}

/**
 * What is wrong with the file that says where a store begins. Without it LevelDB takes a directory for a new one, and
 * removes what is in it.
 */
export async function faultOfCurrent(
  directory: string,
  files: readonly string[],
): Promise<string | undefined> {
  if (!files.includes('CURRENT')) {
    return files.some((file) => TABLE.test(file) || LOG.test(file)) ? 'is missing' : undefined
  }
  const text = await readFile(join(directory, 'CURRENT'), 'latin1')
  const name = /^(MANIFEST-\d+)\n$/.exec(text)?.[1]
  return name !== undefined && files.includes(name) ? undefined : 'names no list of files that is there'
}

/** Undefined when it cannot be told. */
async function liveTablesOf(
  directory: string,
  files: readonly string[],
): Promise<ReadonlySet<number> | undefined> {
  if ((await faultOfCurrent(directory, files)) !== undefined || !files.includes('CURRENT')) return undefined
  const name = (await readFile(join(directory, 'CURRENT'), 'latin1')).trim()
  const bytes = await readFile(join(directory, name))
  return problemsOfLogFile(bytes).length > 0 ? undefined : liveTables(bytes)
}

/** Of a store that is open all the same, a compaction may have removed it meanwhile. */
async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Logs of a store, of which LevelDB drops what is damaged when it opens it. */
export const isDataLog = (file: string): boolean => /^\d+\.log$/.test(file)

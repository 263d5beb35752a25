import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '../errors.ts'
import { DAMAGED_SUFFIX, type FileProblem, faultOfCurrent, isDataLog } from './check-files.ts'
import { problemsOfLogFile } from './log-file.ts'

/**
 * To be called before LevelDB opens a directory: it drops without a word what it cannot read in a log, so a copy of
 * that log stays, under another name.
 * @throws StoreError `GENBA_STORE_CORRUPT` where LevelDB cannot find its files, or would take the directory for a new one
 */
export async function guardLevelFiles(
  directory: string,
  onDamage: (problem: FileProblem) => void,
): Promise<void> {
  const files: readonly string[] = await readdir(directory).catch(() => [])
  const fault = await faultOfCurrent(directory, files)
  if (fault !== undefined) {
    throw new StoreError(
      'GENBA_STORE_CORRUPT',
      'the file of the store that says where it begins is damaged',
      {
        issues: [
          {
            where: join(directory, 'CURRENT'),
            expected: 'the name of a MANIFEST file',
            received: `a file that ${fault}`,
            mend: 'genba repair --state DIR, or take the directory from a backup',
            effect: 'nothing was changed',
          },
        ],
      },
    )
  }
  for (const file of files.filter(isDataLog)) {
    const path = join(directory, file)
    const problems = problemsOfLogFile(await readFile(path))
    if (problems.length === 0) continue
    if (!files.includes(file + DAMAGED_SUFFIX)) await copyFile(path, path + DAMAGED_SUFFIX)
    for (const what of problems) onDamage({ file, what })
  }
}

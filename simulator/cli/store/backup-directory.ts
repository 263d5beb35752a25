import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { CliError } from '../errors.ts'
import type { StateDirectory } from '../state-directory.ts'

/** A backup: the store, and beside it for people what it holds. */
export interface BackupDirectory {
  readonly path: string
  readonly store: string
  readonly manifest: string
}

export function backupDirectory(path: string): BackupDirectory {
  const root = resolve(path)
  return { path: root, store: join(root, 'store'), manifest: join(root, 'backup.json') }
}

/**
 * A directory that a backup may be written into.
 * @throws CliError `GENBA_USAGE` when it holds something else, or is part of what is to be backed up
 */
export function targetDirectory(path: string, state: StateDirectory): BackupDirectory {
  const target = backupDirectory(path)
  if (isWithin(target.path, state.path) || isWithin(state.path, target.path)) {
    throw wrong('the backup would be part of what it is a backup of', {
      where: target.path,
      expected: `a directory outside of ${state.path}, best on another disk`,
    })
  }
  const stat = statSync(target.path, { throwIfNoEntry: false })
  if (stat === undefined) return target
  const isFree = stat.isDirectory() && (existsSync(target.store) || readdirSync(target.path).length === 0)
  if (isFree) return target
  throw wrong('the directory for the backup holds something else', {
    where: target.path,
    expected: 'an empty directory, one that is not there yet, or an earlier backup',
    received: stat.isDirectory() ? 'other files' : 'a file',
  })
}

/** @throws CliError `GENBA_USAGE` */
export function existingBackup(path: string): BackupDirectory {
  const backup = backupDirectory(path)
  if (existsSync(backup.store)) return backup
  throw wrong('there is no backup in this directory', {
    where: backup.path,
    expected: 'what genba backup has made',
  })
}

const wrong = (message: string, issue: ConstructorParameters<typeof CliError>[2]): CliError =>
  new CliError('GENBA_USAGE', message, {
    mend: 'name another directory',
    effect: 'nothing was changed',
    ...issue,
  })

function isWithin(path: string, parent: string): boolean {
  const way = relative(parent, path)
  return way === '' || !(way === '..' || way.startsWith('../'))
}

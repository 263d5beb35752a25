import { GenbaError, type Issue } from '../../errors/genba-error.ts'

export type BackupErrorCode =
  /** The directory holds something else than a backup. */
  | 'GENBA_BACKUP_TARGET'
  /** The backup is of another log, or of a later state of this one. */
  | 'GENBA_BACKUP_FOREIGN'
  /** A backup that was broken off. */
  | 'GENBA_BACKUP_INCOMPLETE'
  /** What is to be backed up is damaged. */
  | 'GENBA_BACKUP_SOURCE'
  /** The copy is not what was copied. */
  | 'GENBA_BACKUP_UNPROVEN'
  /** One at a time. */
  | 'GENBA_BACKUP_RUNNING'

export class BackupError extends GenbaError {
  declare readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, issue: Issue) {
    super(code, message, { issues: [issue] })
    this.name = 'BackupError'
  }
}

export const backupRunning = (): BackupError =>
  new BackupError('GENBA_BACKUP_RUNNING', 'another backup of this store is being made', {
    expected: 'one backup at a time',
    mend: 'wait until it has ended',
  })

import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type JournalErrorCode =
  /** The store was written by a later version of Genba. */
  | 'GENBA_JOURNAL_NEWER'
  /** The directory holds something else. */
  | 'GENBA_JOURNAL_FOREIGN'
  /** A value that the rest hangs on, such as the totals, is not what was written. */
  | 'GENBA_JOURNAL_DAMAGED'
  /** A cursor that this journal has not given. */
  | 'GENBA_READ_CURSOR'

export class JournalError extends GenbaError {
  declare readonly code: JournalErrorCode

  constructor(code: JournalErrorCode, message: string, issues: readonly Issue[]) {
    super(code, message, { issues })
    this.name = 'JournalError'
  }
}

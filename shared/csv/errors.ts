import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type CsvErrorCode =
  /** The file has no lines that could be data. */
  | 'GENBA_CSV_EMPTY'
  /** No delimiter gives a column of times. */
  | 'GENBA_CSV_NO_TIME'
  /** A configured column is not in the file. */
  | 'GENBA_CSV_COLUMN'
  /** One row has more columns than a frame can carry. */
  | 'GENBA_CSV_TOO_WIDE'
  /** The file is not text in an encoding that keeps ASCII as it is. */
  | 'GENBA_CSV_ENCODING'
  /** What the historian holds is no position of this source. */
  | 'GENBA_CSV_POSITION'
  /** A file that has to be the one of before is another one. */
  | 'GENBA_CSV_CHANGED'
  /** A file that has to be read as before would be read otherwise. */
  | 'GENBA_CSV_OPTIONS'

/** A file that cannot be read as samples; other sources go on. */
export class CsvError extends GenbaError {
  declare readonly code: CsvErrorCode

  constructor(code: CsvErrorCode, message: string, issue: Issue) {
    super(code, message, { issues: [issue] })
    this.name = 'CsvError'
  }
}

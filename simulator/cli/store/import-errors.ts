import { CsvError, type CsvErrorCode } from '../../../shared/csv/errors.ts'

/** A source of the collector is mended in a configuration, an import on the command line. */
const MENDS: Partial<Record<CsvErrorCode, string>> = {
  GENBA_CSV_EMPTY: 'check the path',
  GENBA_CSV_NO_TIME:
    'name the column with --time-column or the delimiter with --delimiter, if the file has a time',
  GENBA_CSV_COLUMN: 'correct --column, or leave it out to read all',
  GENBA_CSV_TOO_WIDE: 'name some of its columns with --column, or shorten --prefix',
  GENBA_CSV_POSITION: 'give the file another name to read it as a new one',
}

/** What is wrong with a file, with the options of `genba store import` in the mend; any other error stays what it is. */
export function asImportError(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error
  const [issue] = error.issues
  const mend = MENDS[error.code]
  return mend === undefined ? error : new CsvError(error.code, error.message, { ...issue, mend })
}

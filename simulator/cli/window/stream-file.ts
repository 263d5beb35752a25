import { formatPath } from '../../../shared/component/value-path.ts'
import { invalidLine, readJsonLines } from '../json-lines.ts'
import { LINE_EXPECTED, StreamLine } from './stream-line.ts'

export type NumberedLine = StreamLine & {
  /** Where it stands in the file, from 1. */
  readonly line: number
}

/** @throws CliError `GENBA_FILE_UNREADABLE`; `GENBA_LINE_INVALID`, naming the first line that is no such line */
export function readStream(path: string): NumberedLine[] {
  return readJsonLines(path).map(({ number, text, value }) => {
    const parsed = StreamLine.safeParse(value)
    if (parsed.success) return { ...parsed.data, line: number }
    const [issue] = parsed.error.issues
    const place = issue === undefined || issue.path.length === 0 ? '' : `${formatPath(issue.path)}: `
    throw invalidLine(
      path,
      { number, text },
      {
        expected: LINE_EXPECTED,
        mend: `${place}${issue?.message ?? 'another line'}`,
      },
    )
  })
}

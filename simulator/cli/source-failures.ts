import { GenbaError, type Issue } from '../../shared/errors/genba-error.ts'
import { LogFile } from './log-files.ts'

const ISSUE_ROW = /^\s+(where|expected|received|mend|effect)\s+(.*)$/

/**
 * What the collector last said of a source that it cannot read, as the error it was: the user of a replay should not
 * have to look for it in a log.
 */
export function lastSourceFailure(logs: string): GenbaError {
  const failures = [...new LogFile(logs, 'genba.Collector').read()].filter(
    ({ fields }) => typeof fields['source'] === 'string' && typeof fields['err'] === 'string',
  )
  const last = failures.at(-1)?.fields ?? {}
  const code = typeof last['code'] === 'string' ? last['code'] : 'GENBA_SOURCE_FAILED'
  const [sentence = '', ...rows] = String(last['err'] ?? 'a source cannot be read').split('\n')
  const issue = Object.fromEntries(
    rows.flatMap((row) => {
      const [, part, text] = ISSUE_ROW.exec(row) ?? []
      return part === undefined ? [] : [[part, text]]
    }),
  ) as Issue
  return new GenbaError(code, sentence.replace(` (${code})`, ''), { issues: [issue] })
}

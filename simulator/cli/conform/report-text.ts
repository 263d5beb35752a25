import type { Terminal } from '../terminal.ts'
import type { ConformReport, Failure } from './run-cases.ts'

/** More failures than this are not read one by one; --json has all. */
const SHOWN_FAILURES_MAX = 20
/** A few lines of a terminal for each answer. */
const SHOWN_CHARACTERS_MAX = 600

/** What came out, for people: each failure with what was expected and what came, then the totals. */
export function describeReport(report: ConformReport, { colours }: Pick<Terminal, 'colours'>): string {
  const { passed, failed, failures } = report
  const shown = failures.slice(0, SHOWN_FAILURES_MAX).map((failure) => describeFailure(failure, colours))
  const hidden = failures.length - shown.length
  const rest = hidden > 0 ? [`and ${hidden} more; --json prints all`] : []
  const totals = `${colours.green(`${passed} passed`)}, ${failed > 0 ? colours.red(`${failed} failed`) : '0 failed'}`
  return [...shown, ...rest, totals].join('\n')
}

function describeFailure({ id, expected, actual }: Failure, colours: Terminal['colours']): string {
  return [colours.red(id), `  expected  ${abbreviate(expected)}`, `  actual    ${abbreviate(actual)}`].join(
    '\n',
  )
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX - 1)}…`
}

import { stripVTControlCharacters } from 'node:util'
import type { Output } from './output.ts'
import type { StatusReport } from './status-report.ts'
import { renderStatus, renderStatusLine } from './status-text.ts'

/** Shows one status after the other. */
export interface StatusView {
  show(status: StatusReport): Promise<void>
  /** Leaves the terminal as it was found. */
  end(): Promise<void>
}

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_BELOW = '\x1b[0J'
const upBy = (lines: number): string => (lines === 0 ? '' : `\x1b[${lines}A`)

/** Refreshes in place on a terminal that can, and prints one line each time elsewhere. */
export function createStatusView(output: Output, form: 'text' | 'line' | 'json'): StatusView {
  if (form === 'json') return { show: (status) => output.json(status), end: async () => {} }
  if (form === 'line' || !output.terminal.canRefresh) {
    return { show: (status) => output.data(`${renderStatusLine(status)}\n`), end: async () => {} }
  }
  let shownLines = 0
  return {
    show: async (status) => {
      const text = renderStatus(status, output.terminal.colours)
      const lines = text.split('\n').map((line) => cut(line, output.terminal.columns()))
      await output.data(`${HIDE_CURSOR}${upBy(shownLines)}\r${CLEAR_BELOW}${lines.join('\n')}`)
      shownLines = lines.length - 1
    },
    end: () => output.data(SHOW_CURSOR),
  }
}

/** A line that wraps would break the count of lines. One that is too long loses its colours with its end. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line)
  return plain.length <= columns ? line : `${plain.slice(0, columns - 1)}…`
}

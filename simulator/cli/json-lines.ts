import { readFileSync, statSync } from 'node:fs'
import { CliError } from './errors.ts'

/** Far above any file of cases or samples written for a look; what is larger belongs into a replay. */
const FILE_BYTES_MAX = 256 * 1024 * 1024
/** Enough of a broken line to recognise it. */
const SHOWN_CHARACTERS_MAX = 80

export interface JsonLine {
  /** As in an editor: the first line is 1. */
  readonly number: number
  readonly text: string
  readonly value: unknown
}

/**
 * The lines of a file with one JSON text in each; blank lines are left out.
 *
 * @throws CliError `GENBA_FILE_UNREADABLE`; `GENBA_LINE_INVALID`, naming the first line that is no JSON
 */
export function readJsonLines(path: string): JsonLine[] {
  return readText(path)
    .split('\n')
    .map((text, index) => ({ number: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '')
    .map((line) => ({ ...line, value: parseLine(path, line) }))
}

/** @throws CliError `GENBA_FILE_UNREADABLE` for a file that is missing, no file, too large or not UTF-8 */
export function readText(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > FILE_BYTES_MAX) {
      throw unreadable(path, `${size} bytes`, { expected: `at most ${FILE_BYTES_MAX} bytes` })
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    return text
  } catch (error) {
    if (error instanceof CliError) throw error
    throw unreadable(path, error instanceof Error ? error.message : String(error))
  }
}

export const invalidLine = (
  path: string,
  { number, text }: Pick<JsonLine, 'number' | 'text'>,
  issue: { readonly expected: string; readonly received?: string; readonly mend?: string },
): CliError =>
  new CliError('GENBA_LINE_INVALID', `line ${number} is not what it should be`, {
    where: `${path}, line ${number}`,
    received: text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX - 1)}…`,
    ...issue,
  })

function parseLine(path: string, line: Pick<JsonLine, 'number' | 'text'>): unknown {
  try {
    return JSON.parse(line.text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalidLine(path, line, { expected: 'one JSON text a line', mend: reason })
  }
}

function unreadable(path: string, received: string, issue: { readonly expected?: string } = {}): CliError {
  return new CliError('GENBA_FILE_UNREADABLE', 'the file cannot be read', { where: path, received, ...issue })
}

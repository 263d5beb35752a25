import { nearestWord } from '../../../shared/component/unknown-keys.ts'
import { invalidLine, readJsonLines } from '../json-lines.ts'
import { CHECKS, DEFAULT_KIND } from './checks.ts'

/** One line of a case file whose kind can be run. */
export interface Case {
  readonly id: string
  readonly kind: string
  readonly line: number
  readonly value: unknown
  readonly text: string
}

/**
 * All cases of a file. The whole file is looked at before the first case runs, so that a broken line costs no wait.
 *
 * @throws CliError `GENBA_FILE_UNREADABLE`; `GENBA_LINE_INVALID` for a line that is no JSON object, has no id, or is
 *   of a kind that is not known
 */
export function readCases(path: string): Case[] {
  return readJsonLines(path).map(({ number, text, value }) => {
    const expect = (expected: string, received?: string, mend?: string) =>
      invalidLine(
        path,
        { number, text },
        {
          expected,
          ...(received === undefined ? {} : { received }),
          ...(mend === undefined ? {} : { mend }),
        },
      )
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw expect('a JSON object')
    const id: unknown = Reflect.get(value, 'id')
    if (typeof id !== 'string' || id === '') throw expect('an "id" that names the case', JSON.stringify(id))
    const kind: unknown = Reflect.get(value, 'kind') ?? DEFAULT_KIND
    if (typeof kind !== 'string' || !Object.hasOwn(CHECKS, kind)) {
      const kinds = Object.keys(CHECKS)
      const nearest = typeof kind === 'string' ? nearestWord(kind, kinds) : undefined
      throw expect(
        `a "kind" that can be run: ${kinds.join(', ')}`,
        JSON.stringify(kind),
        nearest && `did you mean "${nearest}"?`,
      )
    }
    return { id, kind, line: number, value, text }
  })
}

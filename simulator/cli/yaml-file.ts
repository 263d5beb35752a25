import { parse, YAMLParseError } from 'yaml'
import { CliError } from './errors.ts'
import { readText } from './json-lines.ts'

/**
 * A value from a file in YAML, or in JSON, which is YAML too.
 *
 * @throws CliError `GENBA_FILE_UNREADABLE`; `GENBA_FILE_INVALID` with the place in the file
 */
export function readYaml(path: string): unknown {
  try {
    return parse(readText(path))
  } catch (error) {
    // A ReferenceError is the library's word for an alias that nothing has, and for aliases without end.
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error
    const [place] = error instanceof YAMLParseError ? (error.linePos ?? []) : []
    throw new CliError('GENBA_FILE_INVALID', 'the file is neither YAML nor JSON', {
      where: place === undefined ? path : `${path}, line ${place.line}, column ${place.col}`,
      // The library says the place once more.
      received: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, ''),
    })
  }
}

import { parse, YAMLParseError } from 'yaml'
import { checkConfig } from '../../../shared/component/config.ts'
import { WindowConfig } from '../../../shared/window/config.ts'
import { CliError } from '../errors.ts'
import { readText } from '../json-lines.ts'

/**
 * One window from a file in YAML or JSON, which is YAML too.
 *
 * @throws CliError `GENBA_FILE_UNREADABLE`, `GENBA_WINDOW_INVALID`, with the place in the file
 */
export function readWindowConfig(path: string): WindowConfig {
  const checked = checkConfig(WindowConfig, parseYaml(path, readText(path)), { component: path })
  if (checked.ok) return checked.config
  const issues = checked.error.issues.map(({ where, ...issue }) => ({ ...issue, where: `${path}: ${where}` }))
  throw new CliError('GENBA_WINDOW_INVALID', 'the window is not what it should be', ...issues)
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    const [place] = error.linePos ?? []
    throw new CliError('GENBA_WINDOW_INVALID', 'the configuration is neither YAML nor JSON', {
      where: place === undefined ? path : `${path}, line ${place.line}, column ${place.col}`,
      received: error.message.split('\n')[0] ?? '',
    })
  }
}

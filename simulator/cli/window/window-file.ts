import { WindowConfig } from '../../../shared/window/config.ts'
import { checkFile } from '../config-file.ts'
import { readYaml } from '../yaml-file.ts'

/** One window from a file in YAML or JSON. @throws as `checkFile`; CliError when the file cannot be read */
export const readWindowConfig = (path: string): WindowConfig =>
  checkFile(path, readYaml(path), { schema: WindowConfig, what: 'the window' })

import { ProcessorConfig } from '../../shared/processing/config.ts'
import { checkFile } from './config-file.ts'
import { readYaml } from './yaml-file.ts'

const PROCESSOR = 'genba.Processor'

/**
 * The processor's configuration from a file: alone, or under its name among those of other components.
 *
 * @throws as `checkFile`; CliError when the file cannot be read
 */
export function readProcessorConfig(path: string): ProcessorConfig {
  const value = readYaml(path)
  const own = typeof value === 'object' && value !== null && PROCESSOR in value ? value[PROCESSOR] : value
  return checkFile(path, own, { schema: ProcessorConfig, what: PROCESSOR })
}

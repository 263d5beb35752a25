import { checkConfig } from '../../shared/component/config.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { ProcessorConfig } from '../../shared/processing/config.ts'
import { readYaml } from './yaml-file.ts'

const PROCESSOR = 'genba.Processor'

/**
 * The processor's configuration from a file: alone, or under its name among those of other components.
 *
 * @throws GenbaError `GENBA_CONFIG_INVALID` with every issue and its place; CliError when the file cannot be read
 */
export function readProcessorConfig(path: string): ProcessorConfig {
  const value = readYaml(path)
  const own = typeof value === 'object' && value !== null && PROCESSOR in value ? value[PROCESSOR] : value
  const checked = checkConfig(ProcessorConfig, own, { component: PROCESSOR })
  if (checked.ok) return checked.config
  const issues = checked.error.issues.map(({ where, ...issue }) => ({
    where: `${path}: ${where ?? ''}`,
    ...issue,
  }))
  throw new GenbaError(checked.error.code, checked.error.message, { issues })
}

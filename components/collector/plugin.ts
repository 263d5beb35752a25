import type { Host } from '../../shared/component/host.ts'
import type { Source } from '../../shared/source/source.ts'
import type { PluginSourceConfig } from './config.ts'
import { SourceError } from './errors.ts'

/**
 * A source from a module of the site's own.
 *
 * @throws SourceError `GENBA_SOURCE_PLUGIN`, and whatever `createSource` itself says of its options
 */
export async function loadPlugin(
  { module, options }: PluginSourceConfig,
  loadModule: Host<unknown>['loadModule'],
): Promise<Source> {
  const loaded = await load(module, loadModule)
  const createSource = isRecord(loaded) ? loaded['createSource'] : undefined
  if (typeof createSource !== 'function') {
    throw plugin(module, 'exports no createSource', 'export a function createSource(options)')
  }
  const source: unknown = createSource(options)
  if (isSource(source)) return source
  throw plugin(
    module,
    'gives no source',
    'return an object with replayable and read(context) from createSource',
  )
}

async function load(module: string, loadModule: Host<unknown>['loadModule']): Promise<unknown> {
  try {
    return await loadModule(module)
  } catch (error) {
    throw plugin(module, 'cannot be loaded', 'check the path and that the component may read the file', error)
  }
}

function plugin(module: string, what: string, mend: string, cause?: unknown): SourceError {
  const received = cause instanceof Error ? { received: cause.message } : {}
  const issue = { where: module, ...received, mend }
  return new SourceError('GENBA_SOURCE_PLUGIN', `the module of a plug-in ${what}`, issue, cause)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function isSource(value: unknown): value is Source {
  return isRecord(value) && typeof value['replayable'] === 'boolean' && typeof value['read'] === 'function'
}

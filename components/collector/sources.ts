import type { Host } from '../../shared/component/host.ts'
import { createCsvSource } from '../../shared/csv/source.ts'
import { tagPrefixOf } from '../../shared/csv/tag-prefix.ts'
import type { Source } from '../../shared/source/source.ts'
import type { CollectorConfig, CsvSourceConfig, SourceConfig } from './config.ts'
import type { GpioDriver } from './gpio/driver.ts'
import { createGpioSource } from './gpio/source.ts'
import { loadPlugin } from './plugin.ts'

export interface SourceParts {
  readonly config: CollectorConfig
  readonly loadModule: Host<unknown>['loadModule']
  readonly openGpio: () => Promise<GpioDriver>
}

/**
 * The source that a configuration describes; nothing is opened before it is read, but a plug-in is loaded.
 *
 * @throws SourceError `GENBA_SOURCE_PLUGIN`
 */
export async function createSource(source: SourceConfig, parts: SourceParts): Promise<Source> {
  switch (source.type) {
    case 'csv':
      return createCsv(source, parts.config)
    case 'gpio':
      return createGpioSource({
        pins: source.pins,
        heartbeatMs: parts.config.live.heartbeat,
        openDriver: parts.openGpio,
      })
    case 'plugin':
      return loadPlugin(source, parts.loadModule)
  }
}

function createCsv(source: CsvSourceConfig, { frame }: CollectorConfig): Source {
  const { path, tagPrefix = tagPrefixOf(path), speed, delimiter, timeColumn, columns, dateOrder } = source
  return createCsvSource({
    path,
    tagPrefix,
    speed,
    delimiter,
    timeColumn,
    columns,
    dateOrder,
    outOfOrderUs: source.outOfOrderness,
    leadUs: source.lead,
    frameBytesMax: frame.maxBytes,
  })
}

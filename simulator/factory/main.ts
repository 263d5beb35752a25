import type { SourceFactory } from '../../shared/source/source.ts'
import { readBurst } from './burst.ts'
import { readLive } from './live.ts'
import { readOptions } from './options.ts'

/**
 * Simulated machines as a plug-in source of the collector; see `options.ts`.
 *
 * @throws ConfigError `GENBA_CONFIG_INVALID`
 */
export const createSource: SourceFactory = (given) => {
  const options = readOptions(given)
  return {
    replayable: false,
    read: (context) => (options.mode === 'burst' ? readBurst(options, context) : readLive(options, context)),
  }
}

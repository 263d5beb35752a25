import type { SourceFactory } from '../../shared/source/source.ts'
import { readBurst } from './burst.ts'
import { readLive } from './live.ts'
import { readOptions } from './options.ts'
import { readSteady } from './steady.ts'

const READERS = { live: readLive, burst: readBurst, steady: readSteady }

/**
 * Simulated machines as a plug-in source of the collector; see `options.ts`.
 *
 * @throws ConfigError `GENBA_CONFIG_INVALID`
 */
export const createSource: SourceFactory = (given) => {
  const options = readOptions(given)
  const read = READERS[options.mode]
  return { replayable: options.mode === 'steady', read: (context) => read(options, context) }
}

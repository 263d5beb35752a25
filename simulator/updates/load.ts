import { join } from 'node:path'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Configurations, Installation } from '../cli/deployments.ts'
import { sensorTag } from '../factory/walk.ts'

/** What runs through the gateway while its components are updated. */
export interface Load {
  readonly seed: number
  /** Sensors of a source that can be read again: not one of their samples may be lost. */
  readonly sensors: number
  /** Samples of each in a second. */
  readonly rateHz: number
}

export const STEADY_PREFIX = 'steady'
export const LIVE_PREFIX = 'line1'
/** Of a machine that cannot be read again: whatever is missed is a gap. */
export const LIVE_TAG = `${LIVE_PREFIX}/press1/temperature`
export const LIVE_RATE_HZ = 20
/** Where the reflex answers each sample of `LIVE_TAG`. */
export const REFLEX_TOPIC = 'genba/v1/rule/alive'
export const WINDOW_US = 5_000_000
/** Of each sensor: a batch with a position has to fit into one frame. */
const SAMPLES_PER_BATCH = 60
/** Windows are computed of so many of the sensors. */
const WINDOWED_SENSORS_MAX = 20

export const sensorTags = ({ sensors }: Load): string[] =>
  Array.from({ length: sensors }, (_, sensor) => sensorTag(STEADY_PREFIX, sensor))

export const windowedTags = (load: Load): string[] => sensorTags(load).slice(0, WINDOWED_SENSORS_MAX)

export function configurationsOf({ dist }: Pick<Installation, 'dist'>, load: Load): Configurations {
  const module = join(dist, 'simulator', 'factory.mjs')
  const plugin = (name: string, options: JsonObject): JsonObject => ({
    type: 'plugin',
    name,
    module,
    options,
  })
  const { seed, sensors, rateHz } = load
  return {
    'genba.Collector': {
      sources: [
        plugin('steady', {
          mode: 'steady',
          seed,
          prefix: STEADY_PREFIX,
          tags: sensors,
          rateHz,
          samplesPerBatch: SAMPLES_PER_BATCH,
        }),
        plugin('line1', {
          seed,
          prefix: LIVE_PREFIX,
          rateHz: LIVE_RATE_HZ,
          tick: '50ms',
          machines: { press: 1, pump: 0, compressor: 0, conveyor: 0 },
        }),
      ],
    },
    // Three checks find a version that does not work: not longer than it takes.
    'genba.Gateway': { within: '10s' },
    'genba.Historian': { sealAfter: '10s' },
    'genba.Processor': {
      windows: [{ tags: windowedTags(load), size: `${WINDOW_US / 1_000_000}s`, allowedLateness: '1h' }],
      rules: [
        {
          name: 'alive',
          sql: `SELECT value FROM '${LIVE_TAG}'`,
          // A reflex: it does not wait until a sample is stored, nor for a historian that is away.
          deadline: '100ms',
          actions: [{ type: 'republish', topic: REFLEX_TOPIC }],
        },
      ],
    },
  }
}

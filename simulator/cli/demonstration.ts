import { join } from 'node:path'
import type { Configurations, Installation } from './deployments.ts'

export interface DemonstrationOptions {
  readonly seed: number
  /** Machines of each kind. */
  readonly machines: number
}

/** The output that a rule asks for: `cooling-` and the machine, which it fills in. */
const COOLING = `cooling-\${topic(2)}`

/**
 * Configuration of a gateway that watches simulated machines: something happens within the first minute, and again
 * every minute, so that alarms come and go while one looks.
 */
export function demonstration(
  { dist }: Pick<Installation, 'dist'>,
  { seed, machines }: DemonstrationOptions,
): Configurations {
  const factory = {
    type: 'plugin',
    name: 'factory',
    module: join(dist, 'simulator', 'factory.mjs'),
    options: {
      seed,
      prefix: 'line1',
      rateHz: 10,
      machines: { press: machines, pump: machines, compressor: machines, conveyor: machines },
      faults: [
        { machine: 'press1', kind: 'overheat', after: '10s', lasts: '30s', every: '1m' },
        { machine: 'pump1', kind: 'bearing', after: '25s', lasts: '30s', every: '1m' },
      ],
    },
  }
  return {
    'genba.Collector': {
      sources: [factory],
      frame: { urgent: [{ tags: ['line1/+/temperature'], maxAge: '5ms' }] },
    },
    'genba.Processor': {
      windows: [{ tags: ['#'], size: '10s', allowedLateness: '5s' }],
      detections: [
        {
          type: 'threshold',
          name: 'hot',
          tags: ['line1/+/temperature'],
          above: 85,
          hysteresis: 2,
          hold: '2s',
        },
        {
          type: 'threshold',
          name: 'shaking',
          tags: ['line1/+/vibration'],
          above: 5.5,
          hysteresis: 0.5,
          hold: '2s',
        },
      ],
      rules: [
        {
          name: 'cool',
          sql: "SELECT value, topic(2) AS machine FROM 'line1/+/temperature' WHERE value > 70",
          deadline: '50ms',
          actions: [{ type: 'output', output: COOLING }],
        },
      ],
    },
  }
}

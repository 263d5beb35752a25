import type { HealthMessage } from '../../../shared/contract/health.ts'
import type { FitnessSettings } from '../../../shared/fitness/criteria.ts'
import { type HeardOf, withMessage } from '../../../shared/fitness/heard.ts'

export const COMPONENTS = ['genba.Collector', 'genba.Historian', 'genba.Processor', 'genba.Uplink']

export const SETTINGS: FitnessSettings = {
  components: COMPONENTS,
  within: 60_000,
  acknowledgedWithin: 10_000,
  latency: { timesMax: 2, floor: 250, framesMin: 20, within: 10_000 },
}

export interface Site {
  readonly depth: number
  readonly ageMs: number
  readonly headLsn: number
  readonly positionLsn: number
  readonly frames: number
  readonly latencyMs: number
  readonly writeRefused: number
}

export const SOUND: Site = {
  depth: 3,
  ageMs: 40,
  headLsn: 1000,
  positionLsn: 1000,
  frames: 500,
  latencyMs: 30,
  writeRefused: 0,
}

/** What one component says in a second of a site. */
export function messageOf(component: string, site: Site, more: Partial<HealthMessage> = {}): HealthMessage {
  const { depth, ageMs, headLsn, positionLsn, frames, latencyMs, writeRefused } = site
  const metrics: Readonly<Record<string, Record<string, number>>> = {
    'genba.Historian': { genba_historian_head_lsn: headLsn, genba_historian_write_refused: writeRefused },
    'genba.Processor': {
      genba_processor_position_lsn: positionLsn,
      genba_processor_live_frames: frames,
      genba_processor_live_latency_ms: latencyMs,
    },
  }
  const outbox = { name: 'outbox', depth, bytes: depth * 6000, ageMs, limitBytes: 1 << 28, fullInMs: null }
  const queues = component === 'genba.Collector' ? [outbox] : []
  return { v: 1, component, version: '1.0.0', metrics: metrics[component] ?? {}, queues, ...more }
}

/** Seconds of a site as all components tell them, one second after the other. */
export function hear(seconds: readonly Site[], components: readonly string[] = COMPONENTS): HeardOf {
  let heard: HeardOf = new Map()
  for (const [index, site] of seconds.entries()) {
    for (const component of components)
      heard = withMessage(heard, messageOf(component, site), (index + 1) * 1000)
  }
  return heard
}

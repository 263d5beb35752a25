import * as prom from 'prom-client'
import type { HealthMessage } from '../contract/health.ts'
import type { Metrics, QueueFigures } from './host.ts'

type QueueHealth = HealthMessage['queues'][number]

/** The figures of one component, as its host reads them. */
export interface ComponentMetrics extends Metrics {
  /** Every counter and gauge by name. Figures that are not finite are left out: JSON cannot carry them. */
  snapshot(): Promise<Record<string, number>>
  /**
   * Every queue, with the time until it is full.
   * @param nowMs monotonic; successive calls tell how fast a queue grows
   */
  queues(nowMs: number): readonly QueueHealth[]
  /** The Prometheus text format. */
  text(): Promise<string>
}

/** Growth is judged over about this many seconds of health messages: one slow commit is no trend. */
const GROWTH_SAMPLES_MAX = 10

interface Growth {
  readonly atMs: number
  readonly bytes: number
}

interface Queue {
  readonly read: () => QueueFigures
  readonly history: Growth[]
}

/** A registry of its own for each component: in virtual time several live in one process. */
export function createMetrics(): ComponentMetrics {
  const registry = new prom.Registry()
  const registers = [registry]
  const queues = new Map<string, Queue>()
  return {
    counter: (name, help) => {
      const counter = new prom.Counter({ name, help, registers })
      return { add: (amount = 1) => counter.inc(amount) }
    },
    gauge: (name, help, read) => {
      const gauge: prom.Gauge = new prom.Gauge({
        name,
        help,
        registers,
        collect: () => gauge.set(read()),
      })
    },
    queue: (name, read) => {
      queues.set(name, { read, history: [] })
    },
    snapshot: async () => {
      const metrics = await registry.getMetricsAsJSON()
      const figures = metrics.flatMap(({ name, values }) => values.map(({ value }) => [name, value] as const))
      return Object.fromEntries(figures.filter(([, value]) => Number.isFinite(value)))
    },
    queues: (nowMs) => [...queues].map(([name, queue]) => readQueue(name, queue, nowMs)),
    text: () => registry.metrics(),
  }
}

function readQueue(name: string, { read, history }: Queue, nowMs: number): QueueHealth {
  const { depth, bytes, ageMs, limitBytes } = read()
  history.push({ atMs: nowMs, bytes })
  if (history.length > GROWTH_SAMPLES_MAX) history.shift()
  const fullInMs = timeUntilFullMs(history, limitBytes)
  return { name, depth, bytes, ageMs, limitBytes, fullInMs }
}

/** Straight line through the oldest and the newest figure; null while the queue does not grow or has no limit. */
export function timeUntilFullMs(history: readonly Growth[], limitBytes: number): number | null {
  const oldest = history[0]
  const newest = history.at(-1)
  if (oldest === undefined || newest === undefined || !Number.isFinite(limitBytes)) return null
  if (newest.bytes >= limitBytes) return 0
  const grownBytes = newest.bytes - oldest.bytes
  const elapsedMs = newest.atMs - oldest.atMs
  if (grownBytes <= 0 || elapsedMs <= 0) return null
  return Math.round(((limitBytes - newest.bytes) * elapsedMs) / grownBytes)
}

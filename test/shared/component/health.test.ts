import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { startHealth } from '../../../shared/component/health.ts'
import type { BusPayload, Log } from '../../../shared/component/host.ts'
import { createMetrics } from '../../../shared/component/metrics.ts'
import { HealthMessage } from '../../../shared/contract/health.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function startWith(publish: (payload: BusPayload) => Promise<void>) {
  const scheduler = new VirtualTimeScheduler()
  const warnings: string[] = []
  const quiet = (): void => undefined
  const log: Log = { debug: quiet, info: quiet, warn: (_, message) => warnings.push(message), error: quiet }
  const metrics = createMetrics()
  metrics.counter('genba_test_total', 'Test.').add(2)
  metrics.queue('outbox', () => ({ depth: 1, bytes: 10, ageMs: 5, limitBytes: 100 }))
  const health = startHealth({
    identity: { component: 'genba.Test', version: '1.2.3', thing: 'thing' },
    bus: { publish: (_topic, payload) => publish(payload) },
    metrics,
    clock: { wallUs: () => 0, monotonicMs: () => scheduler.now() },
    scheduler,
    log,
    configuration: () => ({ digest: 'abc' }),
  })
  const runUntil = async (ms: number): Promise<void> => {
    for (; scheduler.maxFrames < ms; await settle()) {
      scheduler.maxFrames = Math.min(
        ms,
        scheduler.maxFrames === Number.POSITIVE_INFINITY ? 500 : scheduler.maxFrames + 500,
      )
      scheduler.flush()
    }
  }
  scheduler.maxFrames = 0
  return { health, runUntil, warnings }
}

describe('the health of a component', () => {
  it('is published once a second in the shape of the contract, until stopped', async () => {
    const sent: BusPayload[] = []
    const { health, runUntil } = startWith(async (payload) => void sent.push(payload))
    await runUntil(3500)
    health.stop()
    await runUntil(6000)
    expect(sent).toHaveLength(3)
    const [first] = sent.map((payload) => ('json' in payload ? HealthMessage.parse(payload.json) : undefined))
    expect(first).toEqual({
      v: 1,
      component: 'genba.Test',
      version: '1.2.3',
      metrics: { genba_test_total: 2 },
      queues: [{ name: 'outbox', depth: 1, bytes: 10, ageMs: 5, limitBytes: 100, fullInMs: null }],
      configuration: { digest: 'abc' },
    })
  })

  it('begins no message while the last one waits', async () => {
    let begun = 0
    const { runUntil } = startWith(() => {
      begun++
      return new Promise(() => undefined)
    })
    await runUntil(5000)
    expect(begun).toBe(1)
  })

  it('warns once while it cannot be published, and goes on trying', async () => {
    let tried = 0
    const { runUntil, warnings } = startWith(async () => {
      tried++
      throw new Error('no nucleus')
    })
    await runUntil(4500)
    expect({ tried, warnings }).toEqual({ tried: 4, warnings: ['health cannot be published'] })
  })
})

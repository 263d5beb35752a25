import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { gateway } from '../../../components/gateway/component.ts'
import type { BusMessage, Log } from '../../../shared/component/host.ts'
import { createMetrics } from '../../../shared/component/metrics.ts'
import { HealthMessage } from '../../../shared/contract/health.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'
import { COMPONENTS, messageOf, type Site, SOUND } from '../../shared/fitness/site.ts'
import { ABSENT } from '../../support/absent.ts'

/** A core on which the check runs again and again, beside components that say what the test wants. */
function createCore() {
  const clock = createVirtualClock({ wallUs: 1_700_000_000_000_000 })
  const disk = createMemoryDisk()
  const verdicts: HealthMessage['verdict'][] = []
  const quiet = (): void => undefined
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet }

  /** @returns how the process ended within a minute and a half */
  async function check(told: (component: string, second: number) => HealthMessage | undefined) {
    let end: string | undefined
    let hear: ((message: BusMessage) => void) | undefined
    const running = await gateway.run({
      identity: { component: gateway.name, version: gateway.version, thing: 'test' },
      bus: {
        publish: async (_topic, payload) => {
          if ('json' in payload) verdicts.push(HealthMessage.parse(payload.json).verdict)
        },
        publishToCloud: () => Promise.reject(new Error('nothing goes to the cloud')),
        subscribe: async (_filter, onMessage) => {
          hear = onMessage
          return { close: async () => undefined }
        },
      },
      config$: of(gateway.config.parse({})),
      clock,
      scheduler: createVirtualScheduler(clock, (action) => action()),
      store: {
        open: async () => disk.open(),
        openAt: async () => disk.open(),
        space: async () => ({ usedBytes: 0, freeBytes: 1e12 }),
      },
      files: { sizeBytes: async () => 0, read: async () => new Uint8Array() },
      loadModule: async () => undefined,
      ...ABSENT,
      lifecycle: {
        ready: async () => undefined,
        fail: (error) => {
          end = String(error)
        },
        finish: () => {
          end = 'well'
        },
        busy: () => undefined,
      },
      log,
      metrics: createMetrics(),
    })
    for (let second = 1; second <= 90 && end === undefined; second++) {
      for (const component of COMPONENTS) {
        const message = told(component, second)
        if (message) hear?.({ topic: Topic.health(component), payload: { json: message } })
      }
      await clock.runUntil(clock.nowUs() + 1_000_000)
    }
    await running.drain()
    disk.kill()
    return end
  }
  return { check, verdicts }
}

const site =
  (more: Partial<Site> = {}, version = '1.0.0') =>
  (component: string) =>
    messageOf(component, { ...SOUND, ...more }, { version })

describe('the check of genba.Gateway', () => {
  it('ends well when all components work, and says so', async () => {
    const { check, verdicts } = createCore()
    expect(await check(site())).toBe('well')
    expect(verdicts).toEqual([expect.objectContaining({ fit: true })])
  })

  it('fails with the reason when a component is not there, as when its new version crashes', async () => {
    const { check, verdicts } = createCore()
    const told = site()
    const end = await check((component) => (component === 'genba.Processor' ? undefined : told(component)))
    expect(end).toContain('genba.Processor does not report its health')
    expect(verdicts).toEqual([
      expect.objectContaining({ fit: false, reasons: ['genba.Processor does not report its health'] }),
    ])
  })

  it('fails when a new version is much slower than the one that was fit before', async () => {
    const { check } = createCore()
    expect(await check(site({ latencyMs: 200 }))).toBe('well')
    const end = await check(site({ latencyMs: 900 }, '1.1.0'))
    expect(end).toContain('live latency is 900 ms with version 1.1.0; it was 200 ms with 1.0.0')
    expect(await check(site({ latencyMs: 390 }, '1.1.1'))).toBe('well')
  })

  it('waits for a latency that falls after the start', async () => {
    const { check } = createCore()
    await check(site())
    expect(await check((component, second) => site({ latencyMs: second < 8 ? 4000 : 30 })(component))).toBe(
      'well',
    )
  })
})

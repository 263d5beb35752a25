import type { SchedulerLike } from 'rxjs'
import type { HealthMessage } from '../contract/health.ts'
import { Topic } from '../contract/topics.ts'
import { GenbaError } from '../errors/genba-error.ts'
import type { Clock } from '../time/time.ts'
import type { ConfigState } from './config-feed.ts'
import type { Bus, ComponentIdentity, Log } from './host.ts'
import type { ComponentMetrics } from './metrics.ts'

/** Once a second: what a person watching a status view takes for live. */
const HEALTH_INTERVAL_MS = 1000

export interface HealthParts {
  readonly identity: ComponentIdentity
  readonly bus: Pick<Bus, 'publish'>
  readonly metrics: ComponentMetrics
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly configuration: () => ConfigState
}

/**
 * Publishes the component's figures on its health topic once a second until stopped. Health is worth nothing
 * when it is old, so a message that cannot be sent is dropped, and none is begun while the last one waits.
 */
export function startHealth(parts: HealthParts): { stop(): void } {
  const { identity, bus, metrics, clock, scheduler, log, configuration } = parts
  let publishing = false
  let failed = false

  const publish = async (): Promise<void> => {
    const message = {
      v: 1,
      component: identity.component,
      version: identity.version,
      metrics: await metrics.snapshot(),
      queues: [...metrics.queues(clock.monotonicMs())],
      configuration: configuration(),
    } satisfies HealthMessage
    await bus.publish(Topic.health(identity.component), { json: message })
  }

  const beat = async (): Promise<void> => {
    if (publishing) return
    publishing = true
    try {
      await publish()
      failed = false
    } catch (error) {
      if (!failed) log.warn({ err: error, code: codeOf(error) }, 'health cannot be published')
      failed = true
    } finally {
      publishing = false
    }
  }

  const beats = scheduler.schedule(function () {
    void beat()
    this.schedule(undefined, HEALTH_INTERVAL_MS)
  }, HEALTH_INTERVAL_MS)
  return { stop: () => beats.unsubscribe() }
}

const codeOf = (error: unknown): string | undefined => (error instanceof GenbaError ? error.code : undefined)

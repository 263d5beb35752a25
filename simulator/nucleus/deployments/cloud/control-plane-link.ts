import type { Subscription } from 'rxjs'
import type { CloudLink } from '../../cloud-link.ts'
import type { DeploymentEngine } from '../engine/deployment-engine.ts'
import { type DeploymentStatus, hasEnded } from '../engine/deployment-record.ts'
import { deviceTopics } from './device-topics.ts'
import { FleetStatus, type FleetStatusParts, type FleetTrigger } from './fleet-status.ts'
import { JobInbox } from './job-inbox.ts'
import { ShadowInbox } from './shadow-inbox.ts'

/** Without any event, the fleet status is sent this often. */
const CADENCE_MS = 24 * 3_600_000

const TRIGGERS: Readonly<Record<DeploymentStatus['source'], FleetTrigger>> = {
  local: 'LOCAL_DEPLOYMENT',
  job: 'THING_GROUP_DEPLOYMENT',
  shadow: 'THING_DEPLOYMENT',
}

/**
 * The core's conversation with the control plane over MQTT: deployments in, their status and that of the components
 * out. While the link is down nothing is said; when it is up again the core asks what it has missed.
 * @returns ends it
 */
export function linkControlPlane(
  link: CloudLink,
  engine: DeploymentEngine,
  parts: FleetStatusParts,
): () => void {
  const topics = deviceTopics(link, parts.identity.thing)
  const inboxes = [new JobInbox(topics, engine), new ShadowInbox(topics, engine)]
  const fleet = new FleetStatus(topics, parts)
  let isLaunched = false
  const onUp = async (): Promise<void> => {
    isLaunched = (await fleet.send(isLaunched ? 'RECONNECT' : 'NUCLEUS_LAUNCH')) || isLaunched
    for (const inbox of inboxes) await inbox.ask()
  }
  const subscriptions: Subscription[] = [
    link.up$.subscribe((up) => {
      if (up) void onUp()
    }),
    engine.changes$.subscribe((status) => {
      if (hasEnded(status)) void fleet.send(TRIGGERS[status.source], status)
    }),
    parts.runtime.events$.subscribe((event) => {
      if (event.type === 'state' && event.to === 'BROKEN') {
        void fleet.send('BROKEN_COMPONENT', undefined, new Set([event.component]))
      }
    }),
  ]
  const cadence = setInterval(() => void fleet.send('CADENCE'), CADENCE_MS)
  cadence.unref()
  return () => {
    clearInterval(cadence)
    for (const subscription of subscriptions) subscription.unsubscribe()
  }
}

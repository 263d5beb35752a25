import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { ShadowOutcome } from '../../shadow/shadows.ts'
import type { LocalTopics } from '../pubsub/local-topics.ts'
import { writeDelivery } from '../pubsub/publish-request.ts'

export const SHADOW_MANAGER = 'aws.greengrass.ShadowManager'

/** Publishes on the local topics what a request came to, in the order in which the service does. */
export function publishOutcome(topics: LocalTopics, topic: string, outcome: ShadowOutcome): void {
  const publish = (suffix: string, message: JsonObject): void => {
    const base64 = Buffer.from(JSON.stringify(message)).toString('base64')
    const own = { topic: `${topic}/${suffix}`, message: { base64 } }
    topics.publish(SHADOW_MANAGER, own.topic, writeDelivery(own, false))
  }
  if ('rejected' in outcome) {
    publish('rejected', outcome.rejected)
    return
  }
  if (outcome.delta !== undefined) publish('delta', outcome.delta)
  if (outcome.documents !== undefined) publish('documents', outcome.documents)
  publish('accepted', outcome.accepted)
}

import { BusError } from '../../shared/component/bus-error.ts'
import type { Bus, BusMessage } from '../../shared/component/host.ts'
import { checkPublish } from '../../shared/component/message-size.ts'
import type { CloudLink } from './cloud-link.ts'
import type { LocalTopics } from './pubsub/local-topics.ts'
import { writeDelivery } from './pubsub/publish-request.ts'

/**
 * The same bus for code in the nucleus's own process, such as the command line: no socket, no rights, but the
 * same limits as a component has.
 */
export function createInProcessBus(principal: string, topics: LocalTopics, cloud: CloudLink): Bus {
  return {
    publish: async (topic, payload) => {
      checkPublish(topic, payload)
      const message =
        'json' in payload ? { json: payload.json } : { base64: Buffer.from(payload.bytes).toString('base64') }
      topics.publish(principal, topic, writeDelivery({ topic, message }, false))
    },
    subscribe: async (filter, onMessage) => {
      const deliver = (payload: Buffer): void => onMessage(readDelivery(payload))
      const unsubscribe = topics.subscribe({ principal, filter, ownMessages: true, deliver })
      if (unsubscribe === undefined) {
        throw new BusError('GENBA_BUS_REFUSED', 'the core takes no more local subscriptions', {
          issues: [{ where: filter }],
        })
      }
      return { close: async () => unsubscribe() }
    },
    publishToCloud: async (topic, payload) => {
      try {
        await cloud.publish(topic, payload, 1)
      } catch (cause) {
        throw new BusError('GENBA_BUS_REFUSED', 'IoT Core cannot be reached', {
          cause,
          issues: [{ where: topic }],
        })
      }
    },
  }
}

function readDelivery(payload: Buffer): BusMessage {
  const { jsonMessage, binaryMessage } = JSON.parse(payload.toString('utf8'))
  return binaryMessage === undefined
    ? { topic: jsonMessage.context.topic, payload: { json: jsonMessage.message } }
    : { topic: binaryMessage.context.topic, payload: { bytes: Buffer.from(binaryMessage.message, 'base64') } }
}

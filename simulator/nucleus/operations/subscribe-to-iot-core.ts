import { authorize } from './authorize.ts'
import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** A real core loses larger messages from the cloud without a word: lite's MQTT buffer (5,000 bytes a packet). */
const LITE_PACKET_BYTES_MAX = 5000
/** Fixed header, topic length and packet identifier of an MQTT PUBLISH. */
const PACKET_OVERHEAD_BYTES = 7

export function subscribeToIoTCore(services: Services): Operation {
  const { cloud, flavour } = services
  return {
    name: 'SubscribeToIoTCore',
    streams: true,
    start: async (call) => {
      const { topicName: filter } = call.request()
      if (typeof filter !== 'string') {
        throw new OperationError('ServiceError', 'Received invalid parameters.')
      }
      authorize(services, call.principal, {
        service: 'mqttproxy',
        operation: 'SubscribeToIoTCore',
        resource: filter,
      })
      const deliver = (topic: string, payload: Uint8Array): void => {
        const packetBytes = PACKET_OVERHEAD_BYTES + Buffer.byteLength(topic) + payload.byteLength
        if (flavour.name === 'lite' && packetBytes > LITE_PACKET_BYTES_MAX) return
        call.emit('IoTCoreMessage', writeMessage(topic, payload))
      }
      let ended = false
      call.onEnd(() => {
        ended = true
      })
      const subscription = await cloud.subscribe(filter, deliver).catch(() => {
        throw new OperationError('ServiceError', 'Failed to bind subscription.')
      })
      if (ended) return subscription.close()
      call.onEnd(() => void subscription.close())
      call.respond({})
    },
  }
}

function writeMessage(topicName: string, payload: Uint8Array): Buffer {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64')
  return Buffer.from(JSON.stringify({ message: { topicName, payload: text } }))
}

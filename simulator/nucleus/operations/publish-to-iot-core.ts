import type { JsonObject } from '../../../shared/bytes/json.ts'
import { authorize } from './authorize.ts'
import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** Success means that the broker has the message: neither flavour spools here (lite never does). */
export function publishToIoTCore(services: Services): Operation {
  return {
    name: 'PublishToIoTCore',
    streams: false,
    start: async (call) => {
      const { topic, qos, payload } = readRequest(call.request(), services)
      authorize(services, call.principal, {
        service: 'mqttproxy',
        operation: 'PublishToIoTCore',
        resource: topic,
      })
      try {
        await services.cloud.publish(topic, payload, qos)
      } catch {
        throw new OperationError('ServiceError', 'Failed to publish the message.')
      }
      call.respond({})
    },
  }
}

function readRequest(
  request: JsonObject,
  { flavour }: Services,
): { topic: string; qos: 0 | 1; payload: Uint8Array } {
  const { topicName, qos, payload } = request
  if (typeof topicName !== 'string') throw invalid(flavour.name, 'Topic is required')
  if (flavour.name === 'java' && payload === undefined) throw invalid('java', 'Payload is required')
  if (flavour.name === 'java' && qos === undefined) throw invalid('java', 'QoS is required')
  // Lite sends QoS 2 as well; the broker of IoT Core knows none, so it stands for 1 here.
  const level = readQos(qos, flavour.name)
  return { topic: topicName, qos: level, payload: Buffer.from(String(payload ?? ''), 'base64') }
}

function readQos(qos: unknown, flavour: 'lite' | 'java'): 0 | 1 {
  if (qos === undefined || qos === '0' || qos === 0) return 0
  if (qos === '1' || qos === 1 || (flavour === 'lite' && (qos === '2' || qos === 2))) return 1
  throw invalid(flavour, `Invalid QoS value: ${String(qos)}`)
}

function invalid(flavour: 'lite' | 'java', message: string): OperationError {
  return flavour === 'lite'
    ? new OperationError('ServiceError', 'Received invalid parameters.')
    : new OperationError('InvalidArgumentsError', message)
}

import { QOS, type SubscriptionResponseMessage } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/model.js'
import type { JsonObject } from '../bytes/json.ts'
import type { Bus, BusMessage, BusPayload, BusSubscription, Log } from '../component/host.ts'
import { checkFrameSize, checkPublish, cloudPublishFrameBytes } from '../component/message-size.ts'
import { InFlight } from './in-flight.ts'
import type { IpcClient, IpcSession } from './ipc-session.ts'
import { PUBLISHES_IN_FLIGHT_MAX, PUBLISHES_WAITING_MAX } from './limits.ts'
import { renewStream, type StreamOptions } from './stream.ts'

/** The client library checks every request against its model a second time; these are built here, and right. */
const UNCHECKED = { disableValidation: true }

/** The bus of a component on a Greengrass core: local publish/subscribe and IoT Core over IPC. */
export function createGreengrassBus(
  session: IpcSession,
  log: Log,
  streams: Omit<StreamOptions, 'call'>,
): Bus {
  const publishes = new InFlight(PUBLISHES_IN_FLIGHT_MAX, PUBLISHES_WAITING_MAX)
  return {
    publish: (topic, payload) => {
      const call = { operation: 'PublishToTopic', resource: topic }
      return publishes.run(call, async () => {
        checkPublish(topic, payload)
        const request = { topic, publishMessage: toPublishMessage(payload) }
        await session.call(call, (client) => client.publishToTopic(request, UNCHECKED))
      })
    },
    subscribe: (filter, onMessage) => subscribe({ session, log, streams, filter, onMessage }),
    publishToCloud: async (topic, payload) => {
      const call = { operation: 'PublishToIoTCore', resource: topic }
      checkFrameSize(cloudPublishFrameBytes(topic, payload), topic)
      const request = { topicName: topic, qos: QOS.AT_LEAST_ONCE, payload: toArrayBufferView(payload) }
      await session.call(call, (client) => client.publishToIoTCore(request, UNCHECKED))
    },
  }
}

function toPublishMessage(payload: BusPayload) {
  return 'json' in payload
    ? { jsonMessage: { message: payload.json } }
    : { binaryMessage: { message: toArrayBufferView(payload.bytes) } }
}

/** The SDK takes a view as it is and copies it once, into base64. */
const toArrayBufferView = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

interface SubscribeParts {
  readonly session: IpcSession
  readonly log: Log
  readonly streams: Omit<StreamOptions, 'call'>
  readonly filter: string
  readonly onMessage: (message: BusMessage) => void
}

function subscribe({ session, log, streams, filter, onMessage }: SubscribeParts): Promise<BusSubscription> {
  const open = (client: IpcClient) => {
    const operation = client.subscribeToTopic({ topic: filter }, UNCHECKED)
    operation.on('message', (message) => {
      const received = readMessage(message)
      if (received !== undefined) onMessage(received)
      else log.warn({ filter }, 'a message without topic or content was dropped')
    })
    return operation
  }
  return renewStream(session, open, { ...streams, call: { operation: 'SubscribeToTopic', resource: filter } })
}

function readMessage({ binaryMessage, jsonMessage }: SubscriptionResponseMessage): BusMessage | undefined {
  const topic = (binaryMessage ?? jsonMessage)?.context?.topic
  if (topic === undefined) return undefined
  // An absent message is an empty one: the SDK leaves out what is empty.
  if (binaryMessage !== undefined) return { topic, payload: { bytes: toBytes(binaryMessage.message) } }
  return { topic, payload: { json: jsonMessage?.message as JsonObject } }
}

/** The SDK decodes base64 into a Buffer, which it declares as one of several kinds. */
function toBytes(message: string | ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (message === undefined) return new Uint8Array()
  if (message instanceof Uint8Array) return message
  if (typeof message === 'string') return Buffer.from(message)
  return ArrayBuffer.isView(message)
    ? new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
    : new Uint8Array(message)
}

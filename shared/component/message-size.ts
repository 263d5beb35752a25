import { BusError } from './bus-error.ts'
import type { BusPayload } from './host.ts'
import { countSubobjects, jsonDepth } from './json-extent.ts'

/**
 * The largest IPC frame that nucleus lite takes, headers and checksums included: its receive buffer
 * (`GGL_IPC_MAX_MSG_LEN`). A longer one closes the connection without an answer and may corrupt the memory of
 * the client library, so no frame may even be tried above it.
 */
export const IPC_FRAME_BYTES_MAX = 10_000

/** Length fields and checksums of one event-stream frame. */
const FRAME_BYTES = 16
/** `:message-type`, `:message-flags` and `:stream-id`, each a name, a type byte and an int32. */
const PROTOCOL_HEADER_BYTES = 19 + 20 + 16
/** A string header beyond its name and its value: name length, type, value length. */
const STRING_HEADER_BYTES = 4

const stringHeaderBytes = (name: string, value: string): number =>
  STRING_HEADER_BYTES + name.length + value.length

const requestFrameBytes = (operation: string): number =>
  FRAME_BYTES + PROTOCOL_HEADER_BYTES + stringHeaderBytes('operation', `aws.greengrass#${operation}`)

const PUBLISH_BYTES = requestFrameBytes('PublishToTopic')
const CLOUD_PUBLISH_BYTES = requestFrameBytes('PublishToIoTCore')
const DELIVERY_BYTES =
  FRAME_BYTES +
  PROTOCOL_HEADER_BYTES +
  stringHeaderBytes(':content-type', 'application/json') +
  stringHeaderBytes('service-model-type', 'aws.greengrass#SubscriptionResponseMessage')

const base64Bytes = (byteCount: number): number => Math.ceil(byteCount / 3) * 4
const jsonBytes = (value: unknown): number => utf8Bytes(JSON.stringify(value))

const REQUEST_FRAMING = {
  bytes: jsonBytes({ topic: '', publishMessage: { binaryMessage: { message: '' } } }),
  json: jsonBytes({ topic: '', publishMessage: { jsonMessage: { message: 0 } } }) - 1,
}
const DELIVERY_FRAMING = {
  bytes: jsonBytes({ binaryMessage: { message: '', context: { topic: '' } } }),
  json: jsonBytes({ jsonMessage: { message: 0, context: { topic: '' } } }) - 1,
}
const CLOUD_FRAMING = jsonBytes({ topicName: '', qos: '1', payload: '' })

/**
 * Size of the larger of the two frames that one publish becomes: the request to the nucleus, and the delivery to
 * a subscriber, which carries longer headers and the topic again.
 */
export function publishFrameBytes(topic: string, payload: BusPayload): number {
  const kind = 'bytes' in payload ? 'bytes' : 'json'
  const bodyBytes = 'bytes' in payload ? base64Bytes(payload.bytes.byteLength) : jsonBytes(payload.json)
  const topicBytes = jsonBytes(topic) - 2
  return (
    Math.max(PUBLISH_BYTES + REQUEST_FRAMING[kind], DELIVERY_BYTES + DELIVERY_FRAMING[kind]) +
    topicBytes +
    bodyBytes
  )
}

/** Size of the request frame of one PublishToIoTCore with QoS 1. */
export function cloudPublishFrameBytes(topic: string, payload: Uint8Array): number {
  return CLOUD_PUBLISH_BYTES + CLOUD_FRAMING + jsonBytes(topic) - 2 + base64Bytes(payload.byteLength)
}

/** @throws BusError `GENBA_BUS_TOO_LARGE` */
export function checkFrameSize(frameBytes: number, topic: string): void {
  if (frameBytes <= IPC_FRAME_BYTES_MAX) return
  throw new BusError('GENBA_BUS_TOO_LARGE', 'a message is too large for the local bus', {
    issues: [
      {
        where: topic,
        expected: `at most ${IPC_FRAME_BYTES_MAX} bytes as one IPC frame, the limit of nucleus lite`,
        received: `${frameBytes} bytes`,
        mend: 'send less in one message; nothing was sent',
      },
    ],
  })
}

/**
 * What nucleus lite's fixed memory holds of one JSON request, less what the request itself takes around the message
 * (`GG_MAX_OBJECT_SUBOBJECTS`, `GG_MAX_OBJECT_DEPTH`). Bytes are one value whatever their length.
 */
export const JSON_SUBOBJECTS_MAX = 255 - 8
export const JSON_DEPTH_MAX = 15 - 3

/**
 * Whether any nucleus takes this publish, before anything is sent.
 * @throws BusError `GENBA_BUS_TOO_LARGE`
 */
export function checkPublish(topic: string, payload: BusPayload): void {
  checkFrameSize(publishFrameBytes(topic, payload), topic)
  if (!('json' in payload)) return
  const subobjects = countSubobjects(payload.json)
  const depth = jsonDepth(payload.json)
  if (subobjects <= JSON_SUBOBJECTS_MAX && depth <= JSON_DEPTH_MAX) return
  throw new BusError('GENBA_BUS_TOO_LARGE', 'a JSON message has too many values for the local bus', {
    issues: [
      {
        where: topic,
        expected: `at most ${JSON_SUBOBJECTS_MAX} values (a map entry counts two) nested ${JSON_DEPTH_MAX} deep, the limit of nucleus lite`,
        received: `${subobjects} values nested ${depth} deep`,
        mend: 'send several messages, or the JSON text as bytes; nothing was sent',
      },
    ],
  })
}

/** Every UTF-16 unit of a JSON text counts one, two or three bytes; surrogate pairs count four together. */
function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    const surrogate = unit >= 0xd800 && unit <= 0xdfff
    bytes += unit < 0x800 || surrogate ? 1 : 2
  }
  return bytes
}

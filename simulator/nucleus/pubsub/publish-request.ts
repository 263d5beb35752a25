import type { Json } from '../../../shared/bytes/json.ts'
import { isObject } from '../configuration/tree.ts'

/** A publish as it goes on to the subscribers. */
export interface PublishRequest {
  readonly topic: string
  /** JSON text of the SubscriptionResponseMessage. */
  readonly delivery: Buffer
}

const HEAD = Buffer.from('{"topic":"')
const BETWEEN = Buffer.from('","publishMessage":{"binaryMessage":{"message":"')
const TAIL = Buffer.from('"}}}')
const DELIVERY_HEAD = Buffer.from('{"binaryMessage":{"message":"')
const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * The usual publish of a frame, recognised by the very bytes the device SDK writes: its base64 text is copied
 * once into the delivery and neither decoded nor parsed. Parsing and printing 8 kB of JSON costs about five times
 * as much. Anything else gives undefined and takes the long way.
 */
export function readPlainBinaryPublish(payload: Buffer): PublishRequest | undefined {
  if (!startsWithAt(payload, HEAD, 0)) return undefined
  const topicEnd = payload.indexOf(QUOTE, HEAD.length)
  if (topicEnd < 0 || !startsWithAt(payload, BETWEEN, topicEnd)) return undefined
  const messageStart = topicEnd + BETWEEN.length
  const messageEnd = payload.length - TAIL.length
  const isPlain =
    messageEnd >= messageStart &&
    payload.indexOf(QUOTE, messageStart) === messageEnd &&
    startsWithAt(payload, TAIL, messageEnd) &&
    !payload.includes(BACKSLASH)
  if (!isPlain) return undefined
  const topicBytes = payload.subarray(HEAD.length, topicEnd)
  const message = payload.subarray(messageStart, messageEnd)
  return { topic: topicBytes.toString('utf8'), delivery: joinBinaryDelivery(message, topicBytes) }
}

const CONTEXT = Buffer.from('","context":{"topic":"')
const DELIVERY_TAIL = Buffer.from('"}}}')

function joinBinaryDelivery(message: Buffer, topicText: Buffer): Buffer {
  return Buffer.concat([DELIVERY_HEAD, message, CONTEXT, topicText, DELIVERY_TAIL])
}

const startsWithAt = (bytes: Buffer, part: Buffer, offset: number): boolean =>
  bytes.length >= offset + part.length &&
  bytes.compare(part, 0, part.length, offset, offset + part.length) === 0

export interface ParsedPublish {
  readonly topic: string
  readonly message: { readonly json: Json } | { readonly base64: string }
}

/** @returns undefined unless there is a topic and exactly one of the two kinds of message */
export function readPublish(request: unknown): ParsedPublish | undefined {
  if (!isObject(request) || typeof request['topic'] !== 'string') return undefined
  const union = request['publishMessage']
  if (!isObject(union) || Object.keys(union).length !== 1) return undefined
  const { jsonMessage, binaryMessage } = union
  if (isObject(jsonMessage) && jsonMessage['message'] !== undefined) {
    return { topic: request['topic'], message: { json: jsonMessage['message'] } }
  }
  if (isObject(binaryMessage) && typeof binaryMessage['message'] === 'string') {
    return { topic: request['topic'], message: { base64: binaryMessage['message'] } }
  }
  return undefined
}

/** @param sortKeys true on nucleus lite, whose JSON maps come out in order of their keys */
export function writeDelivery({ topic, message }: ParsedPublish, sortKeys: boolean): Buffer {
  const context = { topic }
  const delivery =
    'json' in message
      ? { jsonMessage: { message: sortKeys ? sorted(message.json) : message.json, context } }
      : { binaryMessage: { message: message.base64, context } }
  return Buffer.from(JSON.stringify(delivery))
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item))
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(Reflect.get(value, key) as Json)]))
}

import { countSubobjects, jsonDepth } from '../../../shared/component/json-extent.ts'
import { JSON_DEPTH_MAX, JSON_SUBOBJECTS_MAX } from '../../../shared/component/message-size.ts'
import { isObject } from '../configuration/tree.ts'
import {
  type ParsedPublish,
  type PublishRequest,
  readPlainBinaryPublish,
  readPublish,
  writeDelivery,
} from '../pubsub/publish-request.ts'
import { authorize } from './authorize.ts'
import { type Operation, type OperationCall, OperationError } from './operation.ts'
import type { Services } from './services.ts'

export function publishToTopic(services: Services): Operation {
  const { topics } = services
  return {
    name: 'PublishToTopic',
    streams: false,
    start: (call) => {
      const { topic, delivery } = readPlainBinaryPublish(call.payload) ?? readAnyPublish(call, services)
      authorize(services, call.principal, { service: 'pubsub', operation: 'PublishToTopic', resource: topic })
      // Authorisation comes before the topic is looked at, on both nuclei.
      if (services.flavour.name === 'java' && /[#+*]/.test(topic)) {
        throw new OperationError('InvalidArgumentsError', 'Publish topic must not contain a wildcard.')
      }
      topics.publish(call.principal, topic, delivery)
      return finish(call)
    },
  }
}

/** The publisher hears of success once no subscriber has fallen behind: on lite, one slow reader slows all. */
function finish(call: OperationCall): Promise<void> | undefined {
  const settled = call.settle()
  if (settled === undefined) {
    call.respond({})
    return undefined
  }
  return settled.then(() => call.respond({}))
}

function readAnyPublish(call: OperationCall, { flavour }: Services): PublishRequest {
  const parsed = readPublish(call.request())
  if (parsed === undefined) throw invalidRequest(flavour.name)
  if (flavour.name === 'lite') checkExtent(parsed)
  if (flavour.name === 'java' && 'json' in parsed.message && !isObject(parsed.message.json)) {
    throw new OperationError('InvalidArgumentsError', 'Publish message must be a JSON object')
  }
  return { topic: parsed.topic, delivery: writeDelivery(parsed, flavour.name === 'lite') }
}

/** Too many values do not fit the buffer that lite reads a request into; too deep ones do not fit its bus. */
function checkExtent({ message }: ParsedPublish): void {
  if (!('json' in message)) return
  if (countSubobjects(message.json) > JSON_SUBOBJECTS_MAX) throw new OperationError('ServiceError', '')
  if (jsonDepth(message.json) > JSON_DEPTH_MAX) {
    throw new OperationError('ServiceError', 'Failed to publish the message.')
  }
}

function invalidRequest(flavour: 'lite' | 'java'): OperationError {
  return flavour === 'lite'
    ? new OperationError('ServiceError', 'Received invalid parameters.')
    : new OperationError('InvalidArgumentsError', 'Invalid publish request')
}

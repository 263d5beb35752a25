import { hasWildcard } from '../pubsub/topic-filter.ts'
import { authorize } from './authorize.ts'
import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

export function subscribeToTopic(services: Services): Operation {
  const { topics, flavour } = services
  return {
    name: 'SubscribeToTopic',
    streams: true,
    start: (call) => {
      const { topic: filter, receiveMode } = call.request()
      if (typeof filter !== 'string') throw invalidRequest(flavour.name)
      authorize(services, call.principal, {
        service: 'pubsub',
        operation: 'SubscribeToTopic',
        resource: filter,
      })
      const unsubscribe = topics.subscribe({
        principal: call.principal,
        filter,
        ownMessages: flavour.name === 'lite' || wantsOwnMessages(receiveMode, filter),
        deliver: (payload) => call.emit('SubscriptionResponseMessage', payload),
      })
      if (unsubscribe === undefined) {
        throw new OperationError('ServiceError', 'Failed to bind subscription.')
      }
      call.onEnd(unsubscribe)
      call.respond(flavour.name === 'java' ? { topicName: filter } : {})
    },
  }
}

/** Java: a filter with wildcards leaves out what the component published itself, unless it asks for all. */
function wantsOwnMessages(receiveMode: unknown, filter: string): boolean {
  if (receiveMode === 'RECEIVE_ALL_MESSAGES') return true
  return receiveMode === 'RECEIVE_MESSAGES_FROM_OTHERS' ? false : !hasWildcard(filter)
}

function invalidRequest(flavour: 'lite' | 'java'): OperationError {
  return flavour === 'lite'
    ? new OperationError('ServiceError', 'Received invalid parameters.')
    : new OperationError('InvalidArgumentsError', 'Topic is required')
}

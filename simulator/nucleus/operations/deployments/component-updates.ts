import { type Operation, OperationError } from '../operation.ts'
import type { Services } from '../services.ts'

/** Java only: the component is told before and after a deployment changes anything. */
export function subscribeToComponentUpdates({ notices }: Services): Operation {
  return {
    name: 'SubscribeToComponentUpdates',
    streams: true,
    start: (call) => {
      call.respond({})
      const stop = notices.subscribe(call.principal, (event) => {
        call.emit('ComponentUpdatePolicyEvents', Buffer.from(JSON.stringify(event)))
      })
      call.onEnd(stop)
    },
  }
}

export function deferComponentUpdate({ notices }: Services): Operation {
  return {
    name: 'DeferComponentUpdate',
    streams: false,
    start: (call) => {
      const { deploymentId, recheckAfterMs } = call.request()
      if (typeof deploymentId !== 'string' || deploymentId === '') {
        throw new OperationError('InvalidArgumentsError', 'Cannot defer update without deployment ID')
      }
      const waitMs = typeof recheckAfterMs === 'number' ? recheckAfterMs : undefined
      const answer = notices.defer(call.principal, deploymentId, waitMs)
      if (answer === 'not-subscribed') {
        const message = 'Component is not subscribed to component update events'
        throw new OperationError('InvalidArgumentsError', message)
      }
      if (answer === 'too-late') {
        throw new OperationError('ServiceError', 'Time limit to respond to PreComponentUpdateEvent exceeded')
      }
      call.respond({})
    },
  }
}

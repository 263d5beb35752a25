import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** Java ignores a report that the present state forbids; lite, which asks systemd, answers with an error. */
export function updateState({ lifecycle, flavour }: Services): Operation {
  return {
    name: 'UpdateState',
    streams: false,
    start: (call) => {
      const { state } = call.request()
      if (state !== 'RUNNING' && state !== 'ERRORED') {
        throw new OperationError('ServiceError', 'Received invalid parameters.')
      }
      const taken = lifecycle.report(call.principal, state)
      if (!taken && flavour.name === 'lite') {
        throw new OperationError('ServiceError', 'Failed to update the lifecycle state.')
      }
      call.respond({})
    },
  }
}

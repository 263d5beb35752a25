import { isObject } from '../configuration/tree.ts'
import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** Java only: before a deployment changes the configuration of a running component, the component may refuse. */
export function subscribeToValidateConfigurationUpdates({ validation }: Services): Operation {
  return {
    name: 'SubscribeToValidateConfigurationUpdates',
    streams: true,
    start: (call) => {
      call.respond({})
      const stop = validation.subscribe(call.principal, (configuration, deploymentId) => {
        const event = { validateConfigurationUpdateEvent: { configuration, deploymentId } }
        call.emit('ValidateConfigurationUpdateEvents', Buffer.from(JSON.stringify(event)))
      })
      call.onEnd(stop)
    },
  }
}

export function sendConfigurationValidityReport({ validation }: Services): Operation {
  return {
    name: 'SendConfigurationValidityReport',
    streams: false,
    start: (call) => {
      const report = call.request()['configurationValidityReport']
      if (
        !isObject(report) ||
        typeof report['status'] !== 'string' ||
        typeof report['deploymentId'] !== 'string'
      ) {
        throw new OperationError('InvalidArgumentsError', 'Configuration validity report is required')
      }
      const { status, deploymentId, message } = report
      const taken = validation.report(call.principal, {
        status,
        deploymentId,
        message: String(message ?? ''),
      })
      if (!taken) {
        throw new OperationError(
          'InvalidArgumentsError',
          'Validation request either timed out or was never made',
        )
      }
      call.respond({})
    },
  }
}

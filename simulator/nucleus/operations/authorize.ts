import { OperationError } from './operation.ts'
import type { Services } from './services.ts'

const SERVICES = {
  pubsub: 'aws.greengrass.ipc.pubsub',
  mqttproxy: 'aws.greengrass.ipc.mqttproxy',
  lifecycle: 'aws.greengrass.ipc.lifecycle',
  cli: 'aws.greengrass.Cli',
} as const

interface Guarded {
  readonly service: keyof typeof SERVICES
  readonly operation: string
  readonly resource: string
}

/** @throws OperationError UnauthorizedError in the wording of the flavour */
export function authorize(
  { allows, flavour }: Pick<Services, 'allows' | 'flavour'>,
  principal: string,
  { service, operation, resource }: Guarded,
): void {
  const request = {
    service: SERVICES[service],
    operation: `aws.greengrass#${operation}`,
    resource,
  }
  if (allows(principal, request)) return
  throw new OperationError('UnauthorizedError', wording(flavour.name, principal, request, service))
}

function wording(
  flavour: 'lite' | 'java',
  principal: string,
  request: { readonly service: string; readonly operation: string; readonly resource: string },
  service: Guarded['service'],
): string {
  if (flavour === 'lite') return 'IPC Operation not authorized.'
  if (service === 'mqttproxy') return 'Not Authorized'
  return `Principal ${principal} is not authorized to perform ${request.service}:${request.operation} on resource ${request.resource}`
}

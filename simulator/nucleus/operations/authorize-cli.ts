import { authorize } from './authorize.ts'
import { OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** Lite serves its command line and nobody else. */
const CLI = 'aws.greengrass.Cli'

/**
 * The operations of the command line. Java asks the accessControl of the caller for `aws.greengrass.Cli`.
 * @param resource name of the component, or `*`
 * @throws OperationError UnauthorizedError
 */
export function authorizeCli(
  services: Services,
  principal: string,
  operation: string,
  resource: string,
): void {
  if (services.flavour.name === 'java') {
    authorize(services, principal, { service: 'cli', operation, resource })
  } else if (principal !== CLI) {
    throw new OperationError('UnauthorizedError', 'IPC Operation not authorized.')
  }
}

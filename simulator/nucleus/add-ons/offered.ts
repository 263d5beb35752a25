import type { Operation } from '../operations/operation.ts'
import { OperationError } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'

/** Offers an operation while the component is deployed that brings it along; it may come and go. */
export const whileDeployed = (
  component: string,
  { configuration }: Pick<Services, 'configuration'>,
  operation: Operation,
): Operation => ({ ...operation, isOffered: () => configuration.has(component) })

/** @throws OperationError UnauthorizedError */
export function authorizeAddOn(
  { allows }: Pick<Services, 'allows'>,
  principal: string,
  request: { readonly service: string; readonly operation: string; readonly resource: string },
): void {
  const { service, resource } = request
  const operation = `aws.greengrass#${request.operation}`
  if (allows(principal, { service, operation, resource })) return
  throw new OperationError(
    'UnauthorizedError',
    `Principal ${principal} is not authorized to perform ${service}:${operation} on resource ${resource}`,
  )
}

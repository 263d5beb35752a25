import type { JsonObject } from '../../../../shared/bytes/json.ts'
import type { ComponentStatus } from '../../status.ts'
import { type ErrorShape, OperationError } from '../operation.ts'
import type { Services } from '../services.ts'

/** @throws OperationError InvalidArgumentsError; ServiceError on lite */
export function readComponentName({ componentName }: JsonObject, { flavour }: Services): string {
  if (typeof componentName === 'string' && componentName !== '') return componentName
  throw flavour.name === 'lite'
    ? new OperationError('ServiceError', 'Received invalid parameters.')
    : new OperationError('InvalidArgumentsError', 'Component name cannot be null or empty')
}

/** The nucleus answers with ResourceNotFoundError where the model has ComponentNotFoundError as well. */
export function findComponent(
  name: string,
  services: Services,
  shape: ErrorShape = 'ResourceNotFoundError',
): ComponentStatus {
  const component = services
    .components()
    .status()
    .find((status) => status.name === name)
  if (component !== undefined) return component
  throw new OperationError(shape, `Component with name ${name} not found in Greengrass`)
}

import type { Operation } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import { CLI_OPERATIONS } from './cli-operations.ts'
import { CLI, createDebugPassword } from './create-debug-password.ts'
import { getSecretValue, SECRET_MANAGER } from './get-secret-value.ts'
import { listNamedShadowsForThing } from './list-named-shadows.ts'
import { whileDeployed } from './offered.ts'
import { putComponentMetric } from './put-component-metric.ts'
import { SHADOW_MANAGER } from './shadow-messages.ts'
import { deleteThingShadow, getThingShadow, updateThingShadow } from './thing-shadow.ts'

/** By the component that has to be deployed for them. */
const BY_COMPONENT: readonly (readonly [string, readonly ((services: Services) => Operation)[]])[] = [
  [SHADOW_MANAGER, [getThingShadow, updateThingShadow, deleteThingShadow, listNamedShadowsForThing]],
  [SECRET_MANAGER, [getSecretValue]],
  [CLI, [createDebugPassword, ...CLI_OPERATIONS]],
]

/** Operations that Java has and lite has not, most of them only beside a component of AWS. */
export function createAddOnOperations(services: Services): Operation[] {
  const beside = BY_COMPONENT.flatMap(([component, operations]) =>
    operations.map((create) => whileDeployed(component, services, create(services))),
  )
  return [...beside, putComponentMetric(services)]
}

import { getComponentDetails, listComponents } from '../operations/components/component-details.ts'
import { restartComponent, stopComponent } from '../operations/components/restart-component.ts'
import { createLocalDeployment } from '../operations/deployments/create-local-deployment.ts'
import {
  cancelLocalDeployment,
  getLocalDeploymentStatus,
  listLocalDeployments,
} from '../operations/deployments/local-deployment-status.ts'
import type { Operation } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'

/** What aws.greengrass.Cli brings along on Java. */
export const CLI_OPERATIONS: readonly ((services: Services) => Operation)[] = [
  createLocalDeployment,
  cancelLocalDeployment,
  getLocalDeploymentStatus,
  listLocalDeployments,
  listComponents,
  getComponentDetails,
  restartComponent,
  stopComponent,
]

/** Lite has two of them, always, and for its command line alone. */
export const liteCliOperations = (services: Services): Operation[] =>
  [createLocalDeployment, restartComponent].map((create) => create(services))

import { liteCliOperations } from '../add-ons/cli-operations.ts'
import { createAddOnOperations } from '../add-ons/operations.ts'
import { pauseComponent, resumeComponent } from './components/pause-component.ts'
import { deferComponentUpdate, subscribeToComponentUpdates } from './deployments/component-updates.ts'
import { getConfiguration } from './get-configuration.ts'
import type { Operation } from './operation.ts'
import { publishToIoTCore } from './publish-to-iot-core.ts'
import { publishToTopic } from './publish-to-topic.ts'
import type { Services } from './services.ts'
import { subscribeToConfigurationUpdate } from './subscribe-to-configuration-update.ts'
import { subscribeToIoTCore } from './subscribe-to-iot-core.ts'
import { subscribeToTopic } from './subscribe-to-topic.ts'
import { updateConfiguration } from './update-configuration.ts'
import { updateState } from './update-state.ts'
import { validateAuthorizationToken } from './validate-authorization-token.ts'
import {
  sendConfigurationValidityReport,
  subscribeToValidateConfigurationUpdates,
} from './validate-configuration.ts'

const JAVA_ONLY = [
  subscribeToValidateConfigurationUpdates,
  sendConfigurationValidityReport,
  subscribeToComponentUpdates,
  deferComponentUpdate,
  pauseComponent,
  resumeComponent,
]

/** Every operation that the flavour answers, by its name without the namespace. */
export function createOperations(
  services: Services,
  isToken: (token: string) => boolean,
): ReadonlyMap<string, Operation> {
  const both = [
    publishToTopic,
    subscribeToTopic,
    publishToIoTCore,
    subscribeToIoTCore,
    getConfiguration,
    updateConfiguration,
    subscribeToConfigurationUpdate,
    updateState,
  ]
  const operations = [
    ...both.map((create) => create(services)),
    ...(services.flavour.name === 'java' ? JAVA_ONLY.map((create) => create(services)) : []),
    ...(services.flavour.name === 'java' ? createAddOnOperations(services) : liteCliOperations(services)),
    validateAuthorizationToken(isToken),
  ]
  return new Map(operations.map((operation) => [operation.name, operation]))
}

import type { JsonObject } from '../../../../shared/bytes/json.ts'
import type { ComponentStatus } from '../../status.ts'
import { authorizeCli } from '../authorize-cli.ts'
import type { Operation } from '../operation.ts'
import type { Services } from '../services.ts'
import { findComponent, readComponentName } from './known-component.ts'

export function listComponents(services: Services): Operation {
  return {
    name: 'ListComponents',
    streams: false,
    start: (call) => {
      authorizeCli(services, call.principal, 'ListComponents', '*')
      call.respond({
        components: services
          .components()
          .status()
          .map((status) => detailsOf(status, services)),
      })
    },
  }
}

export function getComponentDetails(services: Services): Operation {
  return {
    name: 'GetComponentDetails',
    streams: false,
    start: (call) => {
      const name = readComponentName(call.request(), services)
      authorizeCli(services, call.principal, 'GetComponentDetails', name)
      call.respond({ componentDetails: detailsOf(findComponent(name, services), services) })
    },
  }
}

const detailsOf = ({ name, version, state }: ComponentStatus, { configuration }: Services): JsonObject => ({
  componentName: name,
  version,
  state,
  configuration: configuration.valueOf(name),
})

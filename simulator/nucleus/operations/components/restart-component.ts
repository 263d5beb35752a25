import { authorizeCli } from '../authorize-cli.ts'
import { type Operation, OperationError } from '../operation.ts'
import type { Services } from '../services.ts'
import { findComponent, readComponentName } from './known-component.ts'

export function restartComponent(services: Services): Operation {
  return {
    name: 'RestartComponent',
    streams: false,
    start: (call) => {
      const name = readComponentName(call.request(), services)
      authorizeCli(services, call.principal, 'RestartComponent', name)
      const isKnown = services
        .components()
        .status()
        .some((status) => status.name === name)
      if (!isKnown && services.flavour.name === 'lite') {
        throw new OperationError('ComponentNotFoundError', 'The component could not be found.')
      }
      findComponent(name, services)
      // The answer does not wait: the component that asks may be the one that restarts.
      void services.components().restart(name, `${call.principal} asks for it`)
      call.respond({ restartStatus: 'SUCCEEDED' })
    },
  }
}

export function stopComponent(services: Services): Operation {
  return {
    name: 'StopComponent',
    streams: false,
    start: (call) => {
      const name = readComponentName(call.request(), services)
      authorizeCli(services, call.principal, 'StopComponent', name)
      findComponent(name, services)
      void services.components().stopOne(name, `${call.principal} asks for it`)
      call.respond({ stopStatus: 'SUCCEEDED' })
    },
  }
}

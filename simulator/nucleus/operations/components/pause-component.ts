import { authorize } from '../authorize.ts'
import { type Operation, type OperationCall, OperationError } from '../operation.ts'
import type { Services } from '../services.ts'
import { findComponent, readComponentName } from './known-component.ts'

/** Stops the processes of a component where they are, until they are resumed. */
export function pauseComponent(services: Services): Operation {
  return {
    name: 'PauseComponent',
    streams: false,
    start: (call) => carryOut('PauseComponent', call, services, (name) => services.components().pause(name)),
  }
}

export function resumeComponent(services: Services): Operation {
  return {
    name: 'ResumeComponent',
    streams: false,
    start: (call) =>
      carryOut('ResumeComponent', call, services, (name) => services.components().resume(name)),
  }
}

function carryOut(
  operation: string,
  call: OperationCall,
  services: Services,
  act: (name: string) => boolean,
): void {
  const name = readComponentName(call.request(), services)
  authorize(services, call.principal, { service: 'lifecycle', operation, resource: name })
  findComponent(name, services)
  if (!act(name)) throw new OperationError('ServiceError', `Component ${name} is not running`)
  call.respond({})
}

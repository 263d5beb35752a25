import * as z from 'zod'
import { type Operation, OperationError } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import { ComponentMetric } from './component-metric.ts'
import { authorizeAddOn } from './offered.ts'

const Request = z.object({ metrics: z.array(ComponentMetric).min(1) })

/** Components of AWS alone report metrics of their own. */
const OWN_COMPONENT = /^aws\.greengrass\./

export function putComponentMetric(services: Services): Operation {
  return {
    name: 'PutComponentMetric',
    streams: false,
    start: (call) => {
      const { principal } = call
      if (!OWN_COMPONENT.test(principal)) {
        throw new OperationError(
          'UnauthorizedError',
          `${principal} is not authorized to put component metrics`,
        )
      }
      const request = Request.safeParse(call.request()).data
      if (request === undefined)
        throw new OperationError('InvalidArgumentsError', 'Invalid component metrics')
      const service = { service: 'aws.greengrass.ipc.componentmetric', operation: 'PutComponentMetric' }
      for (const { name } of request.metrics)
        authorizeAddOn(services, principal, { ...service, resource: name })
      for (const metric of request.metrics) services.addOns.keepMetric(principal, metric)
      call.respond({})
    },
  }
}

import type { JsonObject } from '../../../shared/bytes/json.ts'
import { nameFault, type ShadowId, shadowTopic } from '../../shadow/shadow-name.ts'
import type { ShadowOutcome } from '../../shadow/shadows.ts'
import {
  type ErrorShape,
  type Operation,
  type OperationCall,
  OperationError,
} from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import { authorizeAddOn } from './offered.ts'
import { publishOutcome, SHADOW_MANAGER } from './shadow-messages.ts'

/** Errors that the model of the operations has, by the code of the refusal. */
const SHAPES: Readonly<Record<number, ErrorShape>> = {
  404: 'ResourceNotFoundError',
  409: 'ConflictError',
}

export const getThingShadow = (services: Services): Operation =>
  shadowOperation('GetThingShadow', services, 'get', (id, _payload, nowS) =>
    services.addOns.shadows.get(id, nowS),
  )

export const deleteThingShadow = (services: Services): Operation =>
  shadowOperation('DeleteThingShadow', services, 'delete', (id, _payload, nowS) =>
    services.addOns.shadows.delete(id, nowS),
  )

export const updateThingShadow = (services: Services): Operation =>
  shadowOperation('UpdateThingShadow', services, 'update', (id, payload, nowS) =>
    services.addOns.shadows.update(id, payload, nowS),
  )

type Ask = (id: ShadowId, payload: Uint8Array, nowS: number) => ShadowOutcome

/** One of the three operations on a shadow: names, payload, rights, and then the shadow itself. */
function shadowOperation(
  name: string,
  services: Services,
  verb: 'get' | 'update' | 'delete',
  ask: Ask,
): Operation {
  return {
    name,
    streams: false,
    start: (call) => {
      const { id, payload } = readRequest(call, verb === 'update')
      const resource = shadowTopic(id)
      authorizeAddOn(services, call.principal, { service: SHADOW_MANAGER, operation: name, resource })
      const outcome = ask(id, payload, Math.floor(services.nowMs() / 1000))
      publishOutcome(services.topics, `${resource}/${verb}`, outcome)
      if ('rejected' in outcome) {
        const { code, message } = outcome.rejected
        throw new OperationError(SHAPES[code] ?? 'InvalidArgumentsError', message)
      }
      call.respond({ payload: Buffer.from(JSON.stringify(outcome.accepted)).toString('base64') })
    },
  }
}

function readRequest(
  call: OperationCall,
  hasPayload: boolean,
): { readonly id: ShadowId; readonly payload: Uint8Array } {
  const request = call.request()
  const id = readShadowId(request)
  const { payload } = request
  if (!hasPayload) return { id, payload: Buffer.alloc(0) }
  if (typeof payload !== 'string' || payload === '') {
    throw new OperationError('InvalidArgumentsError', 'Missing update payload')
  }
  return { id, payload: Buffer.from(payload, 'base64') }
}

/** Without a name, or with an empty one, it is the classic shadow. */
function readShadowId({ thingName, shadowName }: JsonObject): ShadowId {
  const thing = typeof thingName === 'string' ? thingName : ''
  const name = typeof shadowName === 'string' && shadowName !== '' ? shadowName : undefined
  const fault = nameFault({ thing, name })
  if (fault !== undefined) throw new OperationError('InvalidArgumentsError', fault.message)
  return { thing, name }
}

import type { Json } from '../../../shared/bytes/json.ts'
import { nameFault } from '../../shadow/shadow-name.ts'
import { type Operation, OperationError } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import { authorizeAddOn } from './offered.ts'
import { SHADOW_MANAGER } from './shadow-messages.ts'

const PAGE_SIZE = 25
const PAGE_SIZE_MAX = 100

/** A page of names; the token of the next page is the last name of this one, wrapped up. */
export function listNamedShadowsForThing(services: Services): Operation {
  return {
    name: 'ListNamedShadowsForThing',
    streams: false,
    start: (call) => {
      const { thingName, pageSize, nextToken } = call.request()
      const thing = typeof thingName === 'string' ? thingName : ''
      const fault = nameFault({ thing, name: undefined })
      if (fault !== undefined) throw new OperationError('InvalidArgumentsError', fault.message)
      const size = readPageSize(pageSize)
      const service = { service: SHADOW_MANAGER, operation: 'ListNamedShadowsForThing' }
      authorizeAddOn(services, call.principal, { ...service, resource: thing })
      const after = readToken(nextToken)
      const names = services.addOns.shadows.namesOf(thing).filter((name) => name > after)
      const results = names.slice(0, size)
      const last = results.at(-1)
      const isMore = names.length > size && last !== undefined
      const timestamp = services.nowMs() / 1000
      call.respond({ results, timestamp, ...(isMore ? { nextToken: wrapUp(last) } : {}) })
    },
  }
}

function readPageSize(pageSize: Json | undefined): number {
  if (pageSize === undefined || pageSize === null) return PAGE_SIZE
  if (
    typeof pageSize === 'number' &&
    Number.isInteger(pageSize) &&
    pageSize >= 1 &&
    pageSize <= PAGE_SIZE_MAX
  ) {
    return pageSize
  }
  throw new OperationError('InvalidArgumentsError', `pageSize must be from 1 to ${PAGE_SIZE_MAX}`)
}

const wrapUp = (name: string): string => Buffer.from(name).toString('base64url')

/** Before every name where there is no token. */
function readToken(token: Json | undefined): string {
  if (token === undefined || token === null) return ''
  const name = typeof token === 'string' ? Buffer.from(token, 'base64url').toString('utf8') : ''
  if (name !== '' && wrapUp(name) === token) return name
  throw new OperationError('InvalidArgumentsError', 'Invalid nextToken')
}

import { randomBytes } from 'node:crypto'
import type { Operation } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import { authorizeAddOn } from './offered.ts'

export const CLI = 'aws.greengrass.Cli'

const PASSWORD_BYTES = 32
/** As long as the local debug console lets one in. */
const VALID_MS = 8 * 3600 * 1000

/** For the local debug console, which is not emulated: nothing takes the password. */
export function createDebugPassword(services: Services): Operation {
  return {
    name: 'CreateDebugPassword',
    streams: false,
    start: (call) => {
      const request = { service: CLI, operation: 'CreateDebugPassword', resource: '*' }
      authorizeAddOn(services, call.principal, request)
      call.respond({
        username: 'debug',
        password: randomBytes(PASSWORD_BYTES).toString('base64url'),
        passwordExpiration: (services.nowMs() + VALID_MS) / 1000,
      })
    },
  }
}

import { type Operation, OperationError } from './operation.ts'

/** Other components of the core ask with it whether a token they were shown is one of the core's. */
export function validateAuthorizationToken(isToken: (token: string) => boolean): Operation {
  return {
    name: 'ValidateAuthorizationToken',
    streams: false,
    start: (call) => {
      const { token } = call.request()
      if (typeof token !== 'string') throw new OperationError('ServiceError', 'Received invalid parameters.')
      call.respond({ isValid: isToken(token) })
    },
  }
}

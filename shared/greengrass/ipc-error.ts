import { RpcError, RpcErrorType } from 'aws-iot-device-sdk-v2/dist/eventstream_rpc.js'
import { BusError } from '../component/bus-error.ts'

/** What was being done, for the message of an error. */
export interface IpcCall {
  readonly operation: string
  /** Topic, filter or key path. */
  readonly resource: string
}

/** The error of an IPC call in the terms of the bus. */
export function asBusError(cause: unknown, { operation, resource }: IpcCall): BusError {
  if (cause instanceof BusError) return cause
  const where = `${operation} ${resource}`
  if (!(cause instanceof RpcError)) return refused(where, String(cause), cause)
  const { code, message } = readServiceError(cause)
  if (code === 'UnauthorizedError') {
    return new BusError('GENBA_BUS_UNAUTHORIZED', `the nucleus does not allow ${operation} on ${resource}`, {
      cause,
      issues: [
        {
          where,
          expected: `a policy in the recipe's accessControl that has aws.greengrass#${operation} and a resource covering ${resource}`,
          received: message,
        },
      ],
    })
  }
  if (cause.type === RpcErrorType.ServiceError) return refused(where, `${code}: ${message}`, cause)
  if (isConnectionLoss(cause)) return disconnected({ operation, resource }, cause)
  return refused(where, cause.description, cause)
}

export function disconnected({ operation, resource }: IpcCall, cause?: unknown): BusError {
  return new BusError(
    'GENBA_BUS_DISCONNECTED',
    `${operation} failed: there is no connection to the nucleus`,
    {
      cause,
      issues: [{ where: `${operation} ${resource}` }],
    },
  )
}

export function timedOut({ operation, resource }: IpcCall, deadlineMs: number): BusError {
  return new BusError('GENBA_BUS_TIMEOUT', `the nucleus did not answer ${operation}`, {
    issues: [{ where: `${operation} ${resource}`, expected: `an answer within ${deadlineMs} ms` }],
  })
}

function refused(where: string, received: string, cause: unknown): BusError {
  return new BusError('GENBA_BUS_REFUSED', 'the nucleus refused a request', {
    cause,
    issues: [{ where, received }],
  })
}

/** Java spells `message`, lite `_message`; both name the shape in `_errorCode`. */
function readServiceError({ serviceError }: RpcError): { code: string; message: string } {
  const members: Readonly<Record<string, unknown>> =
    serviceError !== null && typeof serviceError === 'object' ? { ...serviceError } : {}
  return {
    code: String(members['_errorCode'] ?? 'ServiceError'),
    message: String(members['_message'] ?? members['message'] ?? ''),
  }
}

function isConnectionLoss({ type, description }: RpcError): boolean {
  const kinds: readonly number[] = [
    RpcErrorType.NetworkError,
    RpcErrorType.InterruptionError,
    RpcErrorType.ClientStateError,
    RpcErrorType.HandshakeError,
  ]
  return kinds.includes(type) || description.startsWith('Operation stream activation')
}

/**
 * True when the nucleus has closed the connection in the handshake: on lite the only sign of a token that it does
 * not know; Java says so.
 */
export function isTokenRefusal(error: unknown): boolean {
  return (
    error instanceof RpcError &&
    (error.type === RpcErrorType.NetworkError || error.type === RpcErrorType.HandshakeError)
  )
}

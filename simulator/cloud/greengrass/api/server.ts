import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { readBody, signedRequestOf } from '../../http/request.ts'
import { type HttpServer, startHttpServer } from '../../http/server.ts'
import { queryParameters, type SignedRequest, sha256Hex } from '../../signature/canonical.ts'
import { type SignatureFault, type VerifierOptions, verifySignature } from '../../signature/verify.ts'
import { ApiError, invalid } from './errors.ts'
import type { ApiAnswer } from './operation.ts'
import { createRouter, type OperationTable } from './route.ts'

export interface ApiServerOptions {
  readonly operations: OperationTable
  readonly verifier: VerifierOptions
  /** On the loopback; 0 for one that is free. */
  readonly port: number
  readonly nowMs: () => number
}

/** A deployment of many components with large configurations, and room. */
const BODY_BYTES_MAX = 4 * 1024 * 1024

/** Serves the greengrassv2 API (REST-JSON, Signature Version 4). */
export function startApiServer({ operations, verifier, port, nowMs }: ApiServerOptions): Promise<HttpServer> {
  const router = createRouter(operations)
  const answerOf = async (incoming: IncomingMessage): Promise<ApiAnswer> => {
    const signed = signedRequestOf(incoming)
    const body = await readBody(incoming, BODY_BYTES_MAX)
    if (body === undefined) throw invalid(`The request has more than ${BODY_BYTES_MAX} bytes`)
    const verification = verifySignature(signed, sha256Hex(body), verifier)
    if ('fault' in verification) throw authorisationError(verification.fault)
    const { operation, labels } = router(signed.method, signed.path)
    return operation({ labels, query: queryOf(signed), body: parseBody(body) })
  }
  return startHttpServer(port, nowMs, async (incoming, response) => {
    response.setHeader('x-amzn-requestid', randomUUID())
    const answer = await answerOf(incoming).catch(describe)
    const { status, body, headers = {} } = 'headers' in answer ? answer : { ...answer, headers: {} }
    const text = body === undefined ? '' : JSON.stringify(body)
    response.writeHead(status, {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    response.end(text)
  })
}

function queryOf({ query }: SignedRequest): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of queryParameters(query)) values.set(name, [...(values.get(name) ?? []), value])
  return values
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw invalid(`The body is no JSON: ${detail}`, [], 'CANNOT_PARSE')
  }
}

interface ErrorAnswer extends ApiAnswer {
  readonly headers: Readonly<Record<string, string>>
}

function describe(error: unknown): ErrorAnswer {
  const known =
    error instanceof ApiError
      ? error
      : // A fault of this server: told to whoever asked, who is the one that can read it.
        new ApiError('InternalServerException', 500, error instanceof Error ? error.message : String(error))
  const { type, status, message, members } = known
  return { status, headers: { 'x-amzn-errortype': type }, body: { message, Message: message, ...members } }
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')

/** Errors that come before the service itself is asked ("Common errors" of the AWS APIs). */
function authorisationError(fault: SignatureFault): ApiError {
  switch (fault.kind) {
    case 'missing':
      return new ApiError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token')
    case 'malformed':
      return new ApiError('IncompleteSignatureException', 400, fault.detail)
    case 'unknown-key':
      return new ApiError(
        'UnrecognizedClientException',
        403,
        'The security token included in the request is invalid.',
      )
    case 'scope':
      return new ApiError(
        'InvalidSignatureException',
        403,
        `Credential should be scoped to a valid region and service: ${fault.detail}`,
      )
    case 'skewed': {
      const isOld = fault.signedMs < fault.nowMs
      return new ApiError(
        'InvalidSignatureException',
        403,
        `Signature ${isOld ? 'expired' : 'not yet current'}: ${iso(fault.signedMs)} and it is ${iso(fault.nowMs)}`,
      )
    }
    case 'expired':
    case 'not-yet-valid':
      return new ApiError('InvalidSignatureException', 403, 'The presigned request is not valid now')
    case 'unsigned-headers':
      return new ApiError(
        'InvalidSignatureException',
        403,
        `These headers must be signed: ${fault.names.join(', ')}`,
      )
    case 'mismatch':
      return new ApiError(
        'InvalidSignatureException',
        403,
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      )
  }
}

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { signedRequestOf } from '../http/request.ts'
import { type HttpServer, startHttpServer } from '../http/server.ts'
import type { AccessKey } from '../signature/access-keys.ts'
import { queryParameters } from '../signature/canonical.ts'
import type { VerifierOptions } from '../signature/verify.ts'
import { authenticate } from './authenticate.ts'
import { openPayload } from './body/payload.ts'
import { S3Error } from './errors.ts'
import type { S3Answer, S3Context } from './operation.ts'
import { route } from './route.ts'
import { BucketFolder } from './store/bucket-folder.ts'
import { xmlDocument } from './xml.ts'

export interface S3Options {
  /** Holds the buckets; made when missing. */
  readonly directory: string
  readonly accessKey: AccessKey
  readonly region: string
  /** On the loopback; 0 for one that is free. */
  readonly port: number
  readonly nowMs: () => number
}

/** The simulated S3: an HTTP server, and its buckets for services that run in the same process. */
export interface S3Server extends HttpServer {
  readonly buckets: BucketFolder
}

/** Starts S3 on what the folder holds. */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { accessKey, region, nowMs } = options
  const context: S3Context = { buckets: await BucketFolder.open(options.directory), region, nowMs }
  const verifier: VerifierOptions = {
    secretOf: (id) => (id === accessKey.accessKeyId ? accessKey.secretAccessKey : undefined),
    region,
    service: 's3',
    pathRule: 'as-is',
    nowMs,
  }
  const server = await startHttpServer(options.port, nowMs, async (incoming, response) => {
    response.setHeader('x-amz-request-id', randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase())
    const answer = await answerOf(context, verifier, incoming)
    await send(response, answer, incoming)
  })
  return { ...server, buckets: context.buckets }
}

async function answerOf(
  context: S3Context,
  verifier: VerifierOptions,
  incoming: IncomingMessage,
): Promise<S3Answer> {
  try {
    const signed = signedRequestOf(incoming)
    const parameters = new Map(queryParameters(signed.query))
    const { verified, contentHash } = authenticate(signed, parameters, verifier)
    // The connection outlives a body that is not read to its end: it carries the answer.
    const body = incoming.iterator({ destroyOnReturn: false })
    const payload = openPayload(signed, body, contentHash, verified)
    return await route(context, { signed, parameters, payload })
  } catch (error) {
    return describe(error, incoming)
  }
}

function describe(error: unknown, incoming: IncomingMessage): S3Answer {
  const known = error instanceof S3Error ? error : internalError(error)
  const { code, message, status, details, headers } = known
  const hasBody = incoming.method !== 'HEAD' && status !== 304
  const elements = { Code: code, Message: message, Resource: incoming.url ?? '/', ...details }
  return { status, headers, ...(hasBody ? { body: xmlDocument('Error', elements, { isError: true }) } : {}) }
}

/** A fault of this server: told to whoever asked, who is the one that can read it. */
const internalError = (error: unknown): S3Error =>
  new S3Error(
    'InternalError',
    `We encountered an internal error. Please try again. (${error instanceof Error ? error.message : error})`,
  )

async function send(response: ServerResponse, answer: S3Answer, incoming: IncomingMessage): Promise<void> {
  // What is left of a refused body is read and thrown away: a sender that writes would not see the answer.
  incoming.resume()
  const { status, headers = {}, body } = answer
  response.writeHead(status, {
    ...(typeof body === 'string'
      ? { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }
      : {}),
    ...headers,
  })
  if (body === undefined || typeof body === 'string') response.end(body)
  else await pipeline(Readable.from(body, { objectMode: false }), response)
}

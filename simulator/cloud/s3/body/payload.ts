import { createHash } from 'node:crypto'
import type { SignedRequest } from '../../signature/canonical.ts'
import type { Verified } from '../../signature/verify.ts'
import { S3Error } from '../errors.ts'
import { decodeAwsChunked } from './aws-chunked.ts'
import { ChunkSignatures } from './chunk-signatures.ts'

/** The bytes that a request carries, taken out of whatever they came in. */
export interface Payload {
  /** Throws an S3Error at its end where the bytes are not those that were signed or announced. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Undefined where nobody said it. */
  readonly lengthBytes: number | undefined
  /** Trailing headers; empty until `bytes` has ended. */
  trailers(): ReadonlyMap<string, string>
}

const HASH = /^[0-9a-f]{64}$/
const STREAMS: Readonly<Record<string, { readonly isSigned: boolean }>> = {
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { isSigned: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { isSigned: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { isSigned: true },
}

/** What a presigned address has for its payload's hash. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** @throws S3Error where the value is none that S3 knows */
export function checkContentHash(contentHash: string): void {
  if (HASH.test(contentHash) || contentHash === UNSIGNED_PAYLOAD || STREAMS[contentHash] !== undefined) return
  throw new S3Error(
    'InvalidArgument',
    `x-amz-content-sha256 must be ${[UNSIGNED_PAYLOAD, ...Object.keys(STREAMS)].join(', ')}, or a valid sha256 value.`,
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: contentHash },
  )
}

/** @param contentHash of x-amz-content-sha256, checked */
export function openPayload(
  request: SignedRequest,
  body: AsyncIterable<Uint8Array>,
  contentHash: string,
  verified: Verified,
): Payload {
  const stream = STREAMS[contentHash]
  let trailers: ReadonlyMap<string, string> = new Map()
  const lengthBytes = readLength(
    request,
    stream === undefined ? 'content-length' : 'x-amz-decoded-content-length',
  )
  const decoded =
    stream === undefined
      ? body
      : decodeAwsChunked(body, {
          signatures: stream.isSigned ? new ChunkSignatures(verified) : undefined,
          onTrailers: (received) => {
            trailers = received
          },
        })
  const sized = lengthBytes === undefined ? decoded : withLength(decoded, lengthBytes)
  return {
    bytes: HASH.test(contentHash) ? withHash(sized, contentHash) : sized,
    lengthBytes,
    trailers: () => trailers,
  }
}

function readLength({ headers }: SignedRequest, name: string): number | undefined {
  const text = headers[name]?.[0]
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) {
    throw new S3Error('InvalidArgument', `${name} must be a number of bytes`, {
      ArgumentName: name,
      ArgumentValue: text,
    })
  }
  return Number(text)
}

async function* withLength(bytes: AsyncIterable<Uint8Array>, expected: number): AsyncGenerator<Uint8Array> {
  let received = 0
  for await (const piece of bytes) {
    received += piece.length
    yield piece
  }
  if (received !== expected) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
      { ExpectedBytes: String(expected), ReceivedBytes: String(received) },
    )
  }
}

async function* withHash(bytes: AsyncIterable<Uint8Array>, expected: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
  const computed = hash.digest('hex')
  if (computed !== expected) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed },
    )
  }
}

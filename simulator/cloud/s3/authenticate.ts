import type { SignedRequest } from '../signature/canonical.ts'
import {
  type SignatureFault,
  type Verified,
  type VerifierOptions,
  verifySignature,
} from '../signature/verify.ts'
import { checkContentHash, UNSIGNED_PAYLOAD } from './body/payload.ts'
import { S3Error } from './errors.ts'
import { headerOf } from './operation.ts'

/** A request whose sender is known, and what it says of its body. */
export interface Authenticated {
  readonly verified: Verified
  readonly contentHash: string
}

/** @throws S3Error where the signature, or what it covers, is not right */
export function authenticate(
  request: SignedRequest,
  parameters: ReadonlyMap<string, string>,
  options: VerifierOptions,
): Authenticated {
  const isPresigned = headerOf(request, 'authorization') === undefined
  const stated = headerOf(request, 'x-amz-content-sha256') ?? parameters.get('X-Amz-Content-Sha256')
  const contentHash = stated ?? UNSIGNED_PAYLOAD
  const verification = verifySignature(request, contentHash, options)
  if ('fault' in verification) throw errorOf(verification.fault, isPresigned)
  if (stated === undefined && !isPresigned) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  checkContentHash(contentHash)
  return { verified: verification.verified, contentHash }
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString()

function errorOf(fault: SignatureFault, isPresigned: boolean): S3Error {
  switch (fault.kind) {
    case 'missing':
      return new S3Error('AccessDenied', 'Access Denied')
    case 'malformed':
    case 'scope':
      return isPresigned
        ? new S3Error(
            'AuthorizationQueryParametersError',
            `Error parsing the X-Amz-Credential parameter; ${fault.detail}`,
          )
        : new S3Error(
            'AuthorizationHeaderMalformed',
            `The authorization header is malformed; ${fault.detail}`,
          )
    case 'unknown-key':
      return new S3Error(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        { AWSAccessKeyId: fault.accessKeyId },
      )
    case 'skewed':
      return new S3Error(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        {
          RequestTime: iso(fault.signedMs),
          ServerTime: iso(fault.nowMs),
          MaxAllowedSkewMilliseconds: '900000',
        },
      )
    case 'expired':
      return new S3Error('AccessDenied', 'Request has expired', {
        Expires: iso(fault.expiresMs),
        ServerTime: iso(fault.nowMs),
      })
    case 'not-yet-valid':
      return new S3Error('AccessDenied', 'Request is not yet valid', {
        'X-Amz-Date': iso(fault.signedMs),
        ServerTime: iso(fault.nowMs),
      })
    case 'unsigned-headers':
      return new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
        HeadersNotSigned: fault.names.join(', '),
      })
    case 'mismatch':
      return new S3Error(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        {
          AWSAccessKeyId: fault.accessKeyId,
          StringToSign: fault.stringToSign,
          SignatureProvided: fault.signature,
          CanonicalRequest: fault.canonicalRequest,
        },
      )
  }
}

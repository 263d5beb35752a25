import { timingSafeEqual } from 'node:crypto'
import { canonicalRequest, type PathRule, type SignedRequest } from './canonical.ts'
import { type ClaimFault, readClaim, type SignatureClaim } from './claim.ts'
import { type CredentialScope, signatureOf, signingKey, stringToSign } from './signing-key.ts'

/** Who may ask, and where it is that they ask. */
export interface VerifierOptions {
  /** @returns the secret of an access key, or undefined where the key is unknown */
  secretOf(accessKeyId: string): string | undefined
  readonly region: string
  readonly service: string
  readonly pathRule: PathRule
  readonly nowMs: () => number
}

/** A request whose sender has the secret; with what is needed to check the chunks of a signed stream. */
export interface Verified {
  readonly accessKeyId: string
  readonly signature: string
  readonly timeText: string
  readonly scope: CredentialScope
  readonly key: Buffer
}

/** Why a request is not believed. Each service has its own words for it. */
export type SignatureFault =
  | ClaimFault
  | { readonly kind: 'unknown-key'; readonly accessKeyId: string }
  /** Signed for another region, service or day. */
  | { readonly kind: 'scope'; readonly detail: string }
  /** Signed too long ago, or with a clock that is ahead. */
  | { readonly kind: 'skewed'; readonly signedMs: number; readonly nowMs: number }
  /** A presigned address after its time, or before it. */
  | { readonly kind: 'expired'; readonly expiresMs: number; readonly nowMs: number }
  | { readonly kind: 'not-yet-valid'; readonly signedMs: number; readonly nowMs: number }
  | { readonly kind: 'unsigned-headers'; readonly names: readonly string[] }
  | {
      readonly kind: 'mismatch'
      readonly accessKeyId: string
      readonly signature: string
      readonly stringToSign: string
      readonly canonicalRequest: string
    }

export type Verification = { readonly verified: Verified } | { readonly fault: SignatureFault }

/** A signature in a header holds for a quarter of an hour, before and after. */
export const SKEW_MS_MAX = 15 * 60_000

/**
 * Checks a request's signature by AWS Signature Version 4.
 * @param payloadHash hexadecimal SHA-256 of the body, or what stands for it, such as `UNSIGNED-PAYLOAD`
 */
export function verifySignature(
  request: SignedRequest,
  payloadHash: string,
  options: VerifierOptions,
): Verification {
  const reading = readClaim(request)
  if ('fault' in reading) return reading
  const { claim } = reading
  const secret = options.secretOf(claim.accessKeyId)
  if (secret === undefined) return { fault: { kind: 'unknown-key', accessKeyId: claim.accessKeyId } }
  const fault = scopeFault(claim, options) ?? timeFault(claim, options.nowMs()) ?? headerFault(request, claim)
  if (fault !== undefined) return { fault }
  const key = signingKey(secret, claim.scope)
  const canonical = canonicalRequest(request, claim.signedHeaders, payloadHash, options.pathRule)
  const text = stringToSign(claim.timeText, claim.scope, canonical)
  if (!isSame(signatureOf(key, text), claim.signature)) {
    const { accessKeyId, signature } = claim
    return {
      fault: { kind: 'mismatch', accessKeyId, signature, stringToSign: text, canonicalRequest: canonical },
    }
  }
  const { accessKeyId, signature, timeText, scope } = claim
  return { verified: { accessKeyId, signature, timeText, scope, key } }
}

/** Takes as long for a signature that is nearly right as for any other. */
export const isSame = (expected: string, received: string): boolean =>
  expected.length === received.length && timingSafeEqual(Buffer.from(expected), Buffer.from(received))

function scopeFault(
  { scope, timeText }: SignatureClaim,
  options: VerifierOptions,
): SignatureFault | undefined {
  const { region, service, date } = scope
  if (region !== options.region) {
    return { kind: 'scope', detail: `the region '${region}' is wrong; expecting '${options.region}'` }
  }
  if (service !== options.service) {
    return { kind: 'scope', detail: `the service '${service}' is wrong; expecting '${options.service}'` }
  }
  if (!timeText.startsWith(date)) {
    return { kind: 'scope', detail: `the date '${date}' of the Credential is not that of '${timeText}'` }
  }
  return undefined
}

function timeFault(
  { timeMs: signedMs, expiresS }: SignatureClaim,
  nowMs: number,
): SignatureFault | undefined {
  if (expiresS === undefined) {
    return Math.abs(nowMs - signedMs) > SKEW_MS_MAX ? { kind: 'skewed', signedMs, nowMs } : undefined
  }
  if (signedMs - nowMs > SKEW_MS_MAX) return { kind: 'not-yet-valid', signedMs, nowMs }
  const expiresMs = signedMs + expiresS * 1000
  return nowMs > expiresMs ? { kind: 'expired', expiresMs, nowMs } : undefined
}

/** Host and every x-amz header must be signed: nobody on the way may then change what they say. */
function headerFault(request: SignedRequest, { signedHeaders }: SignatureClaim): SignatureFault | undefined {
  const names = Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  )
  return names.length > 0 ? { kind: 'unsigned-headers', names } : undefined
}

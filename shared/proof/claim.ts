import { PROOF_HASHES_MAX } from './limits.ts'
import { isHash } from './merkle.ts'

/** What is proven, and against which root: to be given to `verifyInclusion`. */
export interface InclusionClaim {
  readonly leafHash: Uint8Array
  readonly index: number
  readonly size: number
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** To be given to `verifyConsistency`. */
export interface ConsistencyClaim {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly newSize: number
  readonly newRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export const faultOfInclusion = (claim: InclusionClaim): string | undefined =>
  faultOf(claim, ['index', 'size'], ['leafHash', 'root'])

export const faultOfConsistency = (claim: ConsistencyClaim): string | undefined =>
  faultOf(claim, ['oldSize', 'newSize'], ['oldRoot', 'newRoot'])

/** What is malformed in a claim, which may have come from anywhere and need not be what its type says. */
function faultOf<Claim extends { readonly proof: unknown }>(
  claim: Claim,
  counts: readonly (keyof Claim & string)[],
  hashes: readonly (keyof Claim & string)[],
): string | undefined {
  if (claim === null || typeof claim !== 'object') return 'nothing was claimed'
  const count = counts.find((name) => !isCount(claim[name]))
  if (count !== undefined) return `${count} is no whole number of at least 0`
  const hash = hashes.find((name) => !isHash(claim[name]))
  if (hash !== undefined) return `${hash} is no SHA-256`
  const { proof } = claim
  if (!Array.isArray(proof)) return 'the proof is no list'
  if (proof.length > PROOF_HASHES_MAX) return `the proof has ${proof.length} hashes, more than any can need`
  const wrong = proof.findIndex((entry) => !isHash(entry))
  return wrong === -1 ? undefined : `hash ${wrong} of the proof is no SHA-256`
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

import { type ConsistencyClaim, faultOfConsistency, faultOfInclusion, type InclusionClaim } from './claim.ts'
import { EMPTY_ROOT, nodeHash } from './merkle.ts'
import { notProven, PROVEN, type Verification } from './verification.ts'

/**
 * Whether a leaf stands at an index of the tree of this size and root (RFC 9162, 2.1.3.2). Needs no log, answers
 * whatever it is given and raises nothing.
 *
 * A root does not say of how many leaves it is: the proof of leaf 0 of 3 is also one of leaf 0 of 4 under the same
 * root. So size and root must come from one signed tree head.
 */
export function verifyInclusion(claim: InclusionClaim): Verification {
  const fault = faultOfInclusion(claim)
  if (fault !== undefined) return notProven(fault)
  const { leafHash, index, size, proof, root } = claim
  if (index >= size) return notProven(`leaf ${index} is not among ${size} leaves`)
  const sides = sidesOf(index, size - 1)
  if (proof.length !== sides.length) return wrongLength(proof.length, sides.length)
  const reached = proof.reduce(
    (hash, next, i) => (sides[i] === 'left' ? nodeHash(next, hash) : nodeHash(hash, next)),
    leafHash,
  )
  return isSame(reached, root) ? PROVEN : notProven('leaf and proof lead to another root')
}

/**
 * Whether the leaves of the old tree are the first ones of the new tree, unchanged (RFC 9162, 2.1.4.2). Answers
 * whatever it is given; what is said of sizes in `verifyInclusion` holds here too.
 *
 * The RFC has no proof where the roots alone say it, so none may be given there: equal sizes have equal roots, and
 * every tree continues the empty one.
 */
export function verifyConsistency(claim: ConsistencyClaim): Verification {
  const fault = faultOfConsistency(claim)
  if (fault !== undefined) return notProven(fault)
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim
  if (oldSize > newSize) return notProven(`the log went back from ${oldSize} leaves to ${newSize}`)
  if (oldSize === 0 || oldSize === newSize) return verifyByRoots(claim)
  // What both trees begin with: the old one itself if it is complete, else its last complete part.
  const isComplete = isPowerOfTwo(oldSize)
  const [first = oldRoot, ...rest] = isComplete ? [oldRoot, ...proof] : proof
  const sides = sidesAfterCommon(oldSize - 1, newSize - 1)
  const neededCount = sides.length + (isComplete ? 0 : 1)
  if (proof.length !== neededCount) return wrongLength(proof.length, neededCount)
  let oldHash = first
  let newHash = first
  for (const [i, next] of rest.entries()) {
    if (sides[i] === 'left') {
      oldHash = nodeHash(next, oldHash)
      newHash = nodeHash(next, newHash)
    } else newHash = nodeHash(newHash, next)
  }
  if (!isSame(oldHash, oldRoot)) return notProven(`the first ${oldSize} leaves do not have the old root`)
  return isSame(newHash, newRoot) ? PROVEN : notProven('old tree and proof lead to another new root')
}

function verifyByRoots({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): Verification {
  if (proof.length > 0) return wrongLength(proof.length, 0)
  for (const [size, root] of [
    [oldSize, oldRoot],
    [newSize, newRoot],
  ] as const) {
    if (size === 0 && !isSame(root, EMPTY_ROOT)) return notProven('an empty log has another root')
  }
  if (oldSize === newSize && !isSame(oldRoot, newRoot)) {
    return notProven(`there are two different roots of ${oldSize} leaves`)
  }
  return PROVEN
}

/**
 * On which side each hash of a proof stands, from a node up to the root. `fn` and `sn` are those of the RFC: the number
 * of the node and that of the last one in its row. The RFC walks along with the hashes and fails when they end before
 * or after `sn` is 0; here their number is compared first.
 */
function sidesOf(node: number, last: number): readonly ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = []
  let fn = node
  let sn = last
  while (sn > 0) {
    if (isOdd(fn) || fn === sn) {
      sides.push('left')
      // The last node of a row without a partner is the same in the rows above, until one has a partner.
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)]
    } else sides.push('right')
    ;[fn, sn] = [half(fn), half(sn)]
  }
  return sides
}

/** As `sidesOf`, from the largest part that ends with the last leaf of the old tree. */
function sidesAfterCommon(oldLast: number, newLast: number): readonly ('left' | 'right')[] {
  let fn = oldLast
  let sn = newLast
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)]
  return sidesOf(fn, sn)
}

const wrongLength = (hashCount: number, neededCount: number): Verification =>
  notProven(`the proof has ${hashCount} hashes where ${neededCount} lead to the root`)

const isSame = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

// By division: bit operations see 32 bits only, and sizes may have 53.
const isOdd = (value: number): boolean => value % 2 === 1
const half = (value: number): number => Math.floor(value / 2)

function isPowerOfTwo(value: number): boolean {
  let rest = value
  while (rest % 2 === 0) rest /= 2
  return rest === 1
}

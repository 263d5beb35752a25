/**
 * Which parts of a tree a root or a proof is made of, as numbers alone. RFC 9162 writes a part as D[start:end]; it
 * always begins at a multiple of the power of two that holds it, because trees are split at powers of two.
 */
export interface Part {
  /** Index of the first leaf. */
  readonly start: number
  /** Index after the last leaf. */
  readonly end: number
}

/** A part whose leaves are a power of two: its hash never changes again. */
export interface CompletePart {
  /** It has 2^height leaves. */
  readonly height: number
  /** Its number among those of its height, from the left. */
  readonly index: number
}

/** The complete parts of a part, the largest first: one for each bit of the number of its leaves. */
export function completeParts({ start, end }: Part): readonly CompletePart[] {
  const parts: CompletePart[] = []
  let at = start
  while (at < end) {
    let height = 0
    while (2 ** (height + 1) <= end - at) height += 1
    parts.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return parts
}

/**
 * The parts whose hashes prove that a leaf is in a tree, the leaf's neighbour first: PATH(index, D[0:size]) of
 * RFC 9162, 2.1.3.1.
 */
export function inclusionParts(index: number, size: number): readonly Part[] {
  const parts: Part[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      parts.push({ start: middle, end })
      end = middle
    } else {
      parts.push({ start, end: middle })
      start = middle
    }
  }
  return parts.reverse()
}

/**
 * The parts whose hashes prove that a tree only grew: PROOF(oldSize, D[0:newSize]) of RFC 9162, 2.1.4.1. None
 * between equal sizes and none from the empty tree, where the roots alone say it.
 */
export function consistencyParts(oldSize: number, newSize: number): readonly Part[] {
  if (oldSize === 0) return []
  const parts: Part[] = []
  let start = 0
  let end = newSize
  while (oldSize !== end) {
    const middle = start + splitOf(end - start)
    if (oldSize <= middle) {
      parts.push({ start: middle, end })
      end = middle
    } else {
      parts.push({ start, end: middle })
      start = middle
    }
  }
  // From the first leaf on this part is the old tree itself, whose root the verifier has.
  if (start > 0) parts.push({ start, end })
  return parts.reverse()
}

/** The largest power of two below a number of leaves of at least two. */
function splitOf(leafCount: number): number {
  let split = 1
  while (split * 2 < leafCount) split *= 2
  return split
}

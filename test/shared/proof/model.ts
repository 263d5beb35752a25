import { createHash } from 'node:crypto'

/**
 * RFC 9162, section 2.1, word for word and without a thought for speed: what the log and its proofs are held to. The
 * hashes of ranges are remembered, nothing else.
 */
export function createModel(leaves: readonly Uint8Array[]) {
  const known = new Map<string, string>()

  /** MTH(D[start:end]) (2.1.1), in hex. */
  function mth(start: number, end: number): string {
    const name = `${start}:${end}`
    const hash = known.get(name) ?? compute(start, end)
    known.set(name, hash)
    return hash
  }

  function compute(start: number, end: number): string {
    const n = end - start
    if (n === 0) return sha256('')
    if (n === 1) return sha256(`00${Buffer.from(leaves[start] ?? []).toString('hex')}`)
    const k = split(n)
    return sha256(`01${mth(start, start + k)}${mth(start + k, end)}`)
  }

  /** PATH(m, D[start:end]) (2.1.3.1). */
  function path(m: number, start: number, end: number): string[] {
    const n = end - start
    if (n === 1) return []
    const k = split(n)
    return m < k
      ? [...path(m, start, start + k), mth(start + k, end)]
      : [...path(m - k, start + k, end), mth(start, start + k)]
  }

  /** SUBPROOF(m, D[start:end], b) (2.1.4.1). */
  function subproof(m: number, start: number, end: number, b: boolean): string[] {
    const n = end - start
    if (m === n) return b ? [] : [mth(start, end)]
    const k = split(n)
    return m <= k
      ? [...subproof(m, start, start + k, b), mth(start + k, end)]
      : [...subproof(m - k, start + k, end, false), mth(start, start + k)]
  }

  return {
    root: (size: number) => mth(0, size),
    inclusion: (index: number, size: number) => path(index, 0, size),
    /** The RFC has none of the empty tree. */
    consistency: (oldSize: number, newSize: number) =>
      oldSize === 0 ? [] : subproof(oldSize, 0, newSize, true),
  }
}

/** "the largest power of two smaller than n" */
function split(n: number): number {
  return [...Array(53).keys()].map((bit) => 2 ** bit).findLast((power) => power < n) ?? 0
}

const sha256 = (hex: string) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex')

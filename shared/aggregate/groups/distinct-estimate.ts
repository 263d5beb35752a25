/** Of 2^bits registers, `set` are not empty (linear counting: Whang, Vander-Zanden, Taylor 1990). */
export const estimateSparse = (set: number, registers: number): number =>
  -registers * Math.log1p(-set / registers)

const HASH_BITS = 64

/**
 * The improved raw estimator, good from no values to 2^64 without tables of bias (Ertl 2017, "New cardinality
 * estimation algorithms for HyperLogLog sketches", algorithm 6). Standard error about 1.04 / √2^precision.
 */
export function estimateDense(registers: Uint8Array, precision: number): number {
  const rankMax = HASH_BITS - precision
  const histogram = new Float64Array(rankMax + 2)
  for (const rank of registers) {
    const slot = Math.min(rank, rankMax + 1)
    histogram[slot] = (histogram[slot] as number) + 1
  }
  const size = registers.length
  let total = size * tau(1 - (histogram[rankMax + 1] as number) / size)
  for (let rank = rankMax; rank >= 1; rank--) total = (total + (histogram[rank] as number)) / 2
  total += size * sigma((histogram[0] as number) / size)
  return ((size / (2 * Math.LN2)) * size) / total
}

/** Weight of the empty registers: x + Σ x^(2^k) · 2^(k−1). */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY
  let power = share
  let weight = 1
  let sum = share
  for (let before = -1; sum !== before; ) {
    before = sum
    power *= power
    sum += power * weight
    weight *= 2
  }
  return sum
}

/** Weight of the full registers: (1 − x − Σ (1 − x^(2^−k))² · 2^−k) / 3. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let root = share
  let weight = 1
  let rest = 1 - share
  for (let before = -1; rest !== before; ) {
    before = rest
    root = Math.sqrt(root)
    weight /= 2
    rest -= (1 - root) ** 2 * weight
  }
  return rest / 3
}

/** Random numbers that a seed decides, so that a run can be repeated to the byte. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  fraction(): number
  /** Uniform integer, both ends included. */
  integer(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly [T, ...T[]]): T
  /** Exponential with this mean: gaps between events that come at a constant rate. */
  exponential(mean: number): number
  /**
   * A stream of its own, decided by the seed and the label alone: one more draw in one part of the simulation
   * must not change what every other part draws.
   */
  fork(label: string): Random
}

const TWO_32 = 0x1_0000_0000
const MASK_64 = 0xffff_ffff_ffff_ffffn

/** splitmix64 (Steele, Lea, Flood 2014), which spreads a small seed over the whole state. */
function splitmix64(seed: bigint): () => bigint {
  let state = seed & MASK_64
  return () => {
    state = (state + 0x9e37_79b9_7f4a_7c15n) & MASK_64
    let z = state
    z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK_64
    z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK_64
    return z ^ (z >> 31n)
  }
}

/** FNV-1a, 64 bits (Fowler, Noll, Vo). */
function hashLabel(label: string): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n
  for (let index = 0; index < label.length; index += 1) {
    hash = ((hash ^ BigInt(label.charCodeAt(index))) * 0x100_0000_01b3n) & MASK_64
  }
  return hash
}

const rotateLeft = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits))

/** xoshiro128** 1.1 (Blackman, Vigna 2018): 32-bit operations alone, which JavaScript does natively. */
function xoshiro128(seed: bigint): () => number {
  const next = splitmix64(seed)
  const [low, high] = [next(), next()]
  let a = Number(low & 0xffff_ffffn) | 0
  let b = Number(low >> 32n) | 0
  let c = Number(high & 0xffff_ffffn) | 0
  let d = Number(high >> 32n) | 0
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result
  }
}

function fromState(seed: bigint): Random {
  const next = xoshiro128(seed)
  const fraction = () => ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 0x20_0000_0000_0000
  return {
    fraction,
    integer: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    chance: (probability) => fraction() < probability,
    pick: (choices) => choices[Math.floor(fraction() * choices.length)] ?? choices[0],
    exponential: (mean) => -Math.log1p(-fraction()) * mean,
    fork: (label) => fromState(seed ^ hashLabel(label)),
  }
}

/**
 * @param seed a whole number from 0 to 2^53 - 1
 * @throws RangeError when it is not
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`a seed is a whole number, not ${seed}`)
  return fromState(BigInt(seed % TWO_32) | (BigInt(Math.floor(seed / TWO_32)) << 32n))
}

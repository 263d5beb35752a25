/** Slices of a double's bits whose keys are remembered; with 6 bits of the fraction they span 64 octaves. */
const SLICES = 4096
const SIGN_FREE = 0x7fffffff
/** High words below belong to subnormals, whose slices are wide. */
const NORMAL_MIN = 0x00100000
const FRACTION_BITS = 20

const scratch = new Float64Array(1)
const scratchWords = new Uint32Array(scratch.buffer)

const doubleOf = (highWord: number): number => {
  scratchWords[0] = 0
  scratchWords[1] = highWord
  return scratch[0] as number
}

/**
 * Numbers the buckets (γ^(i−1), γ^i] of magnitudes, without a logarithm for each: the upper bits of a double name a
 * slice so narrow that at most one bound of a bucket lies in it, and the key below and above it is worked out once.
 * Measured, that doubles the samples a second.
 */
export class LogKeys {
  readonly #logGamma: number
  /** How far to shift the high word of a double for its slice. */
  readonly #shift: number
  readonly #slices = new Int32Array(SLICES).fill(-1)
  readonly #keys = new Float64Array(SLICES)
  /** Magnitudes above belong to the next key. */
  readonly #bounds = new Float64Array(SLICES)

  /** @param logGamma natural logarithm of the ratio between bounds, at least 2^-20 */
  constructor(logGamma: number) {
    this.#logGamma = logGamma
    // Slices of 2^-bits are narrower than a bucket, as log(1 + 2^-bits) is below 2^-bits.
    const bits = Math.min(FRACTION_BITS, Math.max(0, Math.ceil(-Math.log2(logGamma))))
    this.#shift = FRACTION_BITS - bits
  }

  /** Writes the keys of the first `length` magnitudes, all above zero, over `keys`. */
  fill(magnitudes: Float64Array, length: number, keys: Float64Array): void {
    const words = new Uint32Array(magnitudes.buffer, magnitudes.byteOffset, 2 * length)
    const slices = this.#slices
    const known = this.#keys
    const bounds = this.#bounds
    const shift = this.#shift
    for (let index = 0; index < length; index++) {
      const magnitude = magnitudes[index] as number
      const high = words[2 * index + 1] as number
      const slice = high >>> shift
      const slot = slice & (SLICES - 1)
      if (slices[slot] !== slice) this.#learn(slice, slot)
      const key = known[slot] as number
      keys[index] = magnitude > (bounds[slot] as number) ? key + 1 : key
      if (high < NORMAL_MIN) keys[index] = this.#direct(magnitude)
    }
  }

  #learn(slice: number, slot: number): void {
    const key = this.#direct(doubleOf(slice << this.#shift))
    const end = doubleOf(((slice + 1) << this.#shift) & SIGN_FREE)
    const bound = Math.exp(key * this.#logGamma)
    this.#slices[slot] = slice
    this.#keys[slot] = key
    this.#bounds[slot] = bound < end ? bound : Number.POSITIVE_INFINITY
  }

  #direct(magnitude: number): number {
    return Math.ceil(Math.log(magnitude) / this.#logGamma) + 0
  }
}

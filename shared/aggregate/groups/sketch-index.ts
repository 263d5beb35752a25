import { LogKeys } from './log-keys.ts'

/** Where a sketch counts a value. At each level, buckets are pairs of those of the level before, so levels merge. */
export interface SketchIndex {
  /** Equal texts are equal indexes. */
  readonly key: string
  /** A distance in this index: what is counted by its magnitude and its sign apart, or as it is. */
  readonly isSigned: boolean
  /** What is subtracted from each value first. */
  readonly reference: number
  /** Writes keys of level 0 over `keys`: of distances, or of magnitudes above zero where the index is not signed. */
  fillKeys(distances: Float64Array, length: number, keys: Float64Array): void
  /** The bucket so many levels higher that holds a key's bucket. */
  collapse(key: number, levels: number): number
  /** The value that stands for all of a bucket. */
  valueOf(key: number, level: number): number
}

/**
 * Bucket i holds magnitudes in (γ^(i−1), γ^i], γ = (1 + α) / (1 − α); its middle misses none of them by more than
 * the share α (DDSketch: Masson, Rim, Lee 2019). Each collapse squares γ, so α becomes 2α / (1 + α²) (UDDSketch:
 * Epicoco, Melle, Cafaro, Pulimeno, Morleo 2020).
 */
export function logIndex(alpha: number, reference: number): SketchIndex {
  const logGamma = Math.log1p((2 * alpha) / (1 - alpha))
  const logKeys = new LogKeys(logGamma)
  return {
    key: `log:${alpha}:${reference}`,
    isSigned: false,
    reference,
    fillKeys: (magnitudes, length, keys) => logKeys.fill(magnitudes, length, keys),
    collapse: (key, levels) => Math.ceil(key / 2 ** levels) + 0,
    valueOf: (key, level) => {
      const levelLog = logGamma * 2 ** level
      return Math.exp(key * levelLog) * (2 / (1 + Math.exp(levelLog)))
    },
  }
}

/**
 * Bucket i holds what rounds to i widths, and stands for just that; so a signal whose resolution is the width keeps
 * its own values. The error is at most half a width, which each collapse doubles.
 */
export function linearIndex(width: number): SketchIndex {
  const perUnit = 1 / width
  return {
    key: `linear:${width}`,
    isSigned: true,
    reference: 0,
    fillKeys: (distances, length, keys) => {
      for (let index = 0; index < length; index++) {
        const key = Math.round((distances[index] as number) / width) + 0
        // Beyond 2^53 widths every double is a bucket; the largest doubles share the last one.
        keys[index] = key - key === 0 ? key : Math.sign(key) * Number.MAX_VALUE
      }
    },
    collapse: (key, levels) => Math.floor(key / 2 ** levels) + 0,
    valueOf: (key, level) => {
      const middle = key * 2 ** level + (2 ** level - 1) / 2
      // 503 / 10 is 50.3, but 503 · 0.1 is not.
      return Number.isInteger(perUnit) ? middle / perUnit : middle * width
    },
  }
}

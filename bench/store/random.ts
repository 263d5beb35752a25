/** xorshift32 in [0, 1), so that every process and every run has the same data. */
export function createRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1)
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Noise around 0, about normal, within ±1.5 times the spread. */
export const noise = (random: () => number): number => random() + random() + random() - 1.5

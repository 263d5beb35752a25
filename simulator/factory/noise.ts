/**
 * Noise as a function of place, so that a machine's past and future follow from the seed and the clock alone: the
 * same machine is met again after any restart.
 */

/** A fraction in [0, 1) that has nothing to do with that of its neighbours (the finaliser of MurmurHash3 twice). */
export function scatter(seed: number, index: number): number {
  const low = index >>> 0
  const high = Math.floor(index / 2 ** 32) >>> 0
  return mix(mix(seed ^ low) ^ Math.imul(high, 0x9e3779b1)) / 2 ** 32
}

/** Noise that wanders between -1 and 1 and keeps its direction over about one unit of `x`. */
export function wander(seed: number, x: number): number {
  const floor = Math.floor(x)
  const from = scatter(seed, floor)
  const to = scatter(seed, floor + 1)
  const share = x - floor
  const eased = share * share * (3 - 2 * share)
  return 2 * (from + (to - from) * eased) - 1
}

/** A seed of its own for each label. */
export function seedOf(seed: number, label: string): number {
  let mixed = seed | 0
  for (let index = 0; index < label.length; index++) mixed = mix(mixed ^ label.charCodeAt(index)) | 0
  return mixed
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/**
 * Squares of values beyond 1e154 overflow and those below 1e-162 vanish, so mean and squared deviations are kept
 * scaled by a power of two that the largest magnitude seen so far decides. Powers of two lose no bit.
 *
 * 0: everything below 2^-400, 1: everything up to 2^480, 2: anything finite. Between the bounds a deviation is at
 * least one unit in the last place, 2^-53 of the largest value, and at most twice that value; its square stays
 * normal for up to 2^53 samples at every level.
 */
export type Level = 0 | 1 | 2

/** Factor by which values are multiplied at a level before they enter mean and squared deviations. */
const EXPONENTS = [600, 0, -600] as const
const FACTORS = [2 ** 600, 1, 2 ** -600] as const
const INVERSES = [2 ** -600, 1, 2 ** 600] as const

/** Magnitudes above this belong to a higher level. */
const LIMITS = [2 ** -400, 2 ** 480, Number.POSITIVE_INFINITY] as const

export const exponentOf = (level: Level): number => EXPONENTS[level]
export const factorOf = (level: Level): number => FACTORS[level]
export const inverseOf = (level: Level): number => INVERSES[level]
export const limitOf = (level: Level): number => LIMITS[level]

export function levelOf(magnitude: number): Level {
  if (magnitude <= LIMITS[0]) return 0
  return magnitude <= LIMITS[1] ? 1 : 2
}

/** Squares kept at `from` as they are kept at `to`; the factors are applied one by one because their squares are no doubles. */
export const rescaleM2 = (m2: number, from: Level, to: Level): number =>
  from === to ? m2 : m2 * INVERSES[from] * FACTORS[to] * INVERSES[from] * FACTORS[to]

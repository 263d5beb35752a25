/** What one window says. */
export interface Summary {
  readonly count: number
  readonly mean: number
  readonly variance: number
  readonly min: number
  readonly max: number
}

/** What all windows say together: by this the ways of computing them are held against each other. */
export interface Totals extends Summary {
  readonly windows: number
}

const TOLERANCE = 1e-9

/** Sums windows up as they come. */
export class Totaller implements Totals {
  windows = 0
  count = 0
  mean = 0
  variance = 0
  min = 0
  max = 0

  add({ count, mean, variance, min, max }: Summary): void {
    this.windows++
    this.count += count
    this.mean += mean
    this.variance += variance
    this.min += min
    this.max += max
  }
}

/** @throws Error when two ways do not say the same */
export function requireEqual(name: string, totals: Totals, wanted: Totals): void {
  for (const field of ['windows', 'count', 'mean', 'variance', 'min', 'max'] as const) {
    const difference = Math.abs(totals[field] - wanted[field])
    if (difference <= TOLERANCE * Math.abs(wanted[field])) continue
    throw new Error(`${name}: the sum of ${field} is ${totals[field]} and not ${wanted[field]}`)
  }
}

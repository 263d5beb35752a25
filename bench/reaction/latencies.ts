import type { Figures } from '../benchmark.ts'

/** Milliseconds: exact order statistics, not those of a histogram. */
export interface Spread extends Figures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  readonly maxMs: number
  readonly meanMs: number
  readonly count: number
}

export function spreadOf(latenciesMs: readonly number[]): Spread {
  const sorted = Float64Array.from(latenciesMs).sort()
  const { length } = sorted
  // The smallest value that this share does not exceed: the definition without interpolation.
  const quantile = (share: number): number => sorted[Math.max(0, Math.ceil(share * length) - 1)] ?? Number.NaN
  return {
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    p999Ms: quantile(0.999),
    maxMs: quantile(1),
    meanMs: sorted.reduce((sum, value) => sum + value, 0) / length,
    count: length,
  }
}

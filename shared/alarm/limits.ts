/**
 * Alarms remembered at once, about 500 bytes each. A person can look at a few hundred; more than this is a machine
 * park without power, of which the first ten thousand say enough.
 */
export const ALARMS_MAX = 10_000

/** A person's name or address, and a sentence of reason: commands come from outside. */
export const WHO_LENGTH_MAX = 128
export const REASON_LENGTH_MAX = 500

/**
 * How much further beyond its limit a value must be than at the last notice to be worth another: a tenth, below
 * which noise would make a notice of every interval.
 */
export const WORSE_RATIO = 1.1

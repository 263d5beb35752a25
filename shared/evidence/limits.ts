/** Of one file: as much as a gateway keeps in memory while it gives one away, and a verifier reads at once. */
export const EVIDENCE_BYTES_MAX = 64 * 1_048_576

/** Samples in the range of one file: a verifier holds them all, 17 bytes each. */
export const EVIDENCE_SAMPLES_MAX = 1 << 22

/** Reasons of one check that are named; of a file that is broken all over, more would say no more. */
export const REASONS_MAX = 20

/** Frames and chunks of one file; each comes with some twenty hashes. */
export const EVIDENCE_PIECES_MAX = 65_536

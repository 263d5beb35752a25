/**
 * Entries are carried over from the engine in one crossing up to this size: the engine's own default of 16 KiB
 * is two frames, which halves the speed of a long read.
 */
export const READ_AHEAD_BYTES_MAX = 1 << 20
/** A page of few bytes still crosses once for a handful of small entries. */
export const READ_AHEAD_BYTES_MIN = 1 << 14
/** Entries in one crossing; with small values the bytes above would allow far more than a page takes. */
export const READ_AHEAD_ENTRIES_MAX = 1000

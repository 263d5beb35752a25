/**
 * Entries are carried over from the engine in one crossing up to this size: the engine's own default of 16 KiB
 * is two frames, which halves the speed of a long read.
 */
export const READ_AHEAD_BYTES_MAX = 1 << 20
/** A page of few bytes still crosses once for a handful of small entries. */
export const READ_AHEAD_BYTES_MIN = 1 << 14
/** Entries in one crossing; with small values the bytes above would allow far more than a page takes. */
export const READ_AHEAD_ENTRIES_MAX = 1000

/**
 * A value of at least this size goes into a file of its own kind (see `value-files.ts`), if the large values of its batch
 * come to `BATCH_FILED_BYTES_MIN`: below, a second synchronisation costs more than LevelDB's merging.
 */
export const FILED_BYTES_MIN = 2048
export const BATCH_FILED_BYTES_MIN = 1 << 14

/** A file of values this long gets no more: what it has lost costs no more than this to give back. */
export const VALUE_FILE_BYTES = 1 << 25

/** Values in files are read at once with what lies between them, up to so many bytes. */
export const READ_GAP_BYTES_MAX = 1 << 12
export const READ_JOINED_BYTES_MAX = 1 << 20

/** What a file of values has lost, as a share of what is left, for which that is written anew. */
export const WORTH_REWRITING = 0.15

/** Entries read at once to see which values are still wanted. */
export const SCAN_ENTRIES = 1000

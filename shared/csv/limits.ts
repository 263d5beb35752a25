/** Bytes at the head of a file by which its layout is decided and the file is known again. */
export const HEAD_BYTES = 64 << 10

/** Lines of the head that are looked at; more would not change the verdict. */
export const SNIFF_LINES = 400

/** Read at once. */
export const CHUNK_BYTES = 256 << 10

/** A longer line is no line of a sensor log; it is refused without being kept in memory. */
export const LINE_BYTES_MAX = 64 << 10

/** Samples in one batch, as far as the worst values of so many fit a frame; small batches make full frames. */
export const BATCH_CELLS = 480

/** More columns than this fit no frame together with their tags. */
export const COLUMNS_MAX = 120

/** Bytes of text values in one batch. A single row may have as many, so this is the bound of a row, too. */
export const BATCH_TEXT_BYTES = 1200

/** What a position takes at most: twenty line numbers, five times, and the counters. Without the lines, 300. */
export const POSITION_BYTES_MAX = 700

/** Refused lines named in the position and in the report; the others are only counted. */
export const REJECTED_LINES_NAMED = 20

/** Refused lines logged one by one after each start. */
export const REJECTED_LINES_LOGGED = 100

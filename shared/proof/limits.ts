/**
 * One level of stored hashes for each so many halvings of the tree: what lies between is computed from at most
 * `TILE_HASHES` of them. 8 costs 0.4 % more disk than the leaves alone, and a proof reads two pages a level.
 */
export const LEVEL_HEIGHT = 8
/** Hashes of one level under one hash of the next. */
export const TILE_HASHES = 2 ** LEVEL_HEIGHT

/** Hashes in a proof: two for each halving of the largest size that a number here holds exactly. */
export const PROOF_HASHES_MAX = 2 * 53

/** Characters of a log's name: a thing name of AWS IoT has at most 128, and the log's own name follows it. */
export const LOG_NAME_LENGTH_MAX = 256
/** A signed head as JSON is under 1,000 characters; a longer text is something else. */
export const HEAD_TEXT_LENGTH_MAX = 4096

/** A PEM of an Ed25519 key is 119 bytes; a larger file is something else. */
export const KEY_FILE_BYTES_MAX = 8192

import { FRAME_SAMPLES_MAX } from '../frame/limits.ts'

/**
 * Samples of a full chunk: long enough that its head and the bases of its blocks cost nothing, short enough that a
 * reader of a few samples decodes it in a half a millisecond.
 */
export const CHUNK_SAMPLES = 16_384

/** Characters of text in a full chunk. */
export const CHUNK_TEXT = 1 << 18

/** Whatever the bytes claim, a decoder allocates for no more. */
export const CHUNK_SAMPLES_MAX = FRAME_SAMPLES_MAX

/** Of the packed body, once inflated: raw numbers with raw times and qualities, and the longest texts. */
export const CHUNK_BODY_BYTES_MAX = 1 << 28

import { CHUNK_SAMPLES_MAX } from '../chunk/limits.ts'

/**
 * A rollup with fewer samples a cell would cost a good part of the chunk's own bytes. It would save readers little: a
 * picture of 250 columns that are narrower than its cells decodes at most some twenty chunks.
 */
export const SAMPLES_PER_CELL_MIN = 128

/** Whatever the bytes claim, a decoder allocates for no more: 96 bytes each, 50 KB in all. */
export const ROLLUP_CELLS_MAX = CHUNK_SAMPLES_MAX / SAMPLES_PER_CELL_MIN

/** Eight points are two columns: with one alone, no column of the grid holds a range that crosses its lines. */
export const PICTURE_POINTS_MIN = 8

import { TIME_US_MAX, TIME_US_MIN } from '../time/time.ts'

/**
 * Chunks are kept by the part of time in which their samples lie. A month: so that a slow tag fills a chunk, and that
 * what is to be forgotten goes in few pieces.
 */
const PARTITION_US = 30 * 86_400_000_000

/** Samples of one chunk lie in one partition. */
export const partitionOf = (timeUs: number): number => Math.floor(timeUs / PARTITION_US)

/** Inclusive. */
export const partitionStartUs = (partition: number): number => Math.max(TIME_US_MIN, partition * PARTITION_US)

/** Exclusive. */
export const partitionEndUs = (partition: number): number =>
  Math.min(TIME_US_MAX + 1, (partition + 1) * PARTITION_US)

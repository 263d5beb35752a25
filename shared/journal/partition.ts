import { TIME_US_MAX, TIME_US_MIN } from '../time/time.ts'

const DAY_US = 86_400_000_000

/** A tag with fewer samples a day would not fill a chunk in one. */
const FAST_SAMPLES_PER_DAY = 8192

/**
 * Chunks are kept by the part of time in which their samples lie, a partition, named by the day it begins with. It is a
 * day for most tags: then what is written at one time lies together, and wears the disk least. For slow ones it is 30
 * days, or their chunks would be small. Once decided it stays, since no chunk may lie in two.
 */
export type PartitionDays = 1 | 30

/** By the first samples that are sealed. */
export function partitionDaysFor(sampleCount: number, minTimeUs: number, maxTimeUs: number): PartitionDays {
  const days = Math.max(1, (maxTimeUs - minTimeUs) / DAY_US)
  return sampleCount / days >= FAST_SAMPLES_PER_DAY ? 1 : 30
}

/** The first day, counted from the epoch, of the partition that holds an instant. */
export const partitionOf = (timeUs: number, days: PartitionDays): number =>
  Math.floor(Math.floor(timeUs / DAY_US) / days) * days

/** Inclusive. */
export const partitionStartUs = (partition: number): number => Math.max(TIME_US_MIN, partition * DAY_US)

/** Exclusive. */
export const partitionEndUs = (partition: number, days: PartitionDays): number =>
  Math.min(TIME_US_MAX + 1, (partition + days) * DAY_US)

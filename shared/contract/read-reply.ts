import * as z from 'zod'

const Point = z.object({ timeUs: z.number(), value: z.number() })
const Figure = z.number().nullable()

/**
 * What the numbers and booleans (as 0 and 1) of a tag in a range come to. Quarantined samples and texts are in none of
 * it; null is where no sample was good, or no double holds the figure.
 */
export const TagStatistics = z.object({
  tag: z.string(),
  /** Finite values of a quality better than bad; all but the two counts are of these. */
  count: z.number().int(),
  /** Samples of bad quality, NaN and infinities. */
  bad: z.number().int(),
  sum: Figure,
  mean: Figure,
  /** The first sample that has the value. */
  min: Point.nullable(),
  max: Point.nullable(),
  first: Point.nullable(),
  last: Point.nullable(),
  /** What rollups do not keep: there when every sample was read for it. */
  everySample: z
    .object({
      good: z.number().int(),
      uncertain: z.number().int(),
      /** Of the samples themselves: the mean square is divided by their number. */
      standardDeviation: Figure,
    })
    .optional(),
})
export type TagStatistics = z.output<typeof TagStatistics>

/** The same for the samples in one cell of time, aligned to 1970; at the ends of a range, of those within it. */
export const TagCell = z.object({
  tag: z.string(),
  startUs: z.number(),
  count: z.number().int(),
  bad: z.number().int(),
  min: Figure,
  max: Figure,
  mean: Figure,
  first: Figure,
  last: Figure,
})
export type TagCell = z.output<typeof TagCell>

/** A stretch without a sample: between two of them, or up to an end of the range that was asked for. */
export const TagGap = z.object({ tag: z.string(), fromUs: z.number(), toUs: z.number() })
export type TagGap = z.output<typeof TagGap>

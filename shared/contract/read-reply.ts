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
  /**
   * Samples in it that are gone, so that only their rollups tell of them: how many, bad ones too, and how wide the cells
   * are. Which of them an end of the range cuts off is known to a cell only.
   */
  reduced: z.object({ count: z.number().int(), widthUs: z.number() }).optional(),
  /** What rollups do not keep: there when every sample was read for it, of those that are not gone. */
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
  /**
   * Of how long a time from there it holds samples, where that is longer than what was asked for: they are gone, and their
   * rollup is not finer.
   */
  widthUs: z.number().optional(),
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

/** A stretch in which samples are gone, and of which rollups are left: what reads of samples do not give. */
export const TagReduction = z.object({
  tag: z.string(),
  /** Event times of the first and the last of them; others between them may be there. */
  fromUs: z.number(),
  toUs: z.number(),
  samples: z.number().int(),
  /** Of the cells of the rollups. */
  widthUs: z.number(),
})
export type TagReduction = z.output<typeof TagReduction>

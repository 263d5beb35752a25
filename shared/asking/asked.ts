import * as z from 'zod'

/** What every question on the bus has: answers are correlated by id, and go where it says. */
export const askedShape = {
  v: z.literal(1),
  id: z.number().int(),
  /** Topic of the answers. */
  replyTo: z.string().max(256),
}

export interface Asked {
  readonly id: number
  readonly replyTo: string
  readonly op: string
}

const text = z.string().exactOptional()

/** An `Issue` as it travels. */
export const AnswerIssue = z.object({
  where: text,
  excerpt: z.tuple([z.string(), z.string()]).exactOptional(),
  expected: text,
  received: text,
  mend: text,
  effect: text,
})

/**
 * One part of an answer: the texts of all parts in order are one JSON value. Parts keep every message under the limit
 * of the bus, however long the answer.
 */
export const AnswerPart = z.object({
  v: z.literal(1),
  id: z.number().int(),
  /** 0, 1, 2 … */
  part: z.number().int(),
  last: z.boolean(),
  text: z.string(),
  error: z
    .object({ code: z.string(), message: z.string(), issues: z.array(AnswerIssue).optional() })
    .optional(),
})
export type AnswerPart = z.output<typeof AnswerPart>

/** Characters of one part: some 4 kB of JSON text even where each needs an escape or three bytes. */
export const PART_LENGTH = 2000
